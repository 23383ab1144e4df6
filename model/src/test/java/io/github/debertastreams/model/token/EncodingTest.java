package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What an encoding works out when asked. */
final class EncodingTest {

    private static final Tokenizer TINY = Tokenizer.open(TinyTokenizer.DIRECTORY);
    private static final String TEXT = "hello world\u00e9, [MASK]  hello \ud83e\udd14";

    private static final int[] OFFSETS = {
        -1, -1, 0, 5, 5, 11, 11, 12, 11, 12, 12, 13, 13, 20, 20, 21, 21, 22, 22, 27, 27, 28, 28, 30, 28, 30, 28, 30, -1,
        -1
    };

    @Test
    void offsetsDoNotDependOnWhatWasEncodedSince() {
        Encoding encoding = TINY.encode(TEXT, null, EncodeOptions.DEFAULT);
        TINY.encode("another, longer text that goes through the same buffers", "and one more", EncodeOptions.DEFAULT);
        assertThat(encoding.charOffsets()).isEqualTo(OFFSETS);
    }

    @Test
    void theFirstAnswerIsKept() {
        Encoding encoding = TINY.encode(TEXT, null, EncodeOptions.DEFAULT);
        assertThat(encoding.charOffsets()).isSameAs(encoding.charOffsets());
        assertThat(encoding.wordIds()).isSameAs(encoding.wordIds());
        assertThat(encoding.tokenTypeIds()).isSameAs(encoding.tokenTypeIds());
    }

    @Test
    void threadsThatAskAtTheSameTimeGetTheSameAnswer() throws Exception {
        int threads = 4;
        int[] expected = TINY.encode(TEXT, TEXT, EncodeOptions.DEFAULT).charOffsets();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            for (int round = 0; round < 200; round++) {
                Encoding shared = TINY.encode(TEXT, TEXT, EncodeOptions.DEFAULT);
                List<Future<int[]>> answers = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    answers.add(executor.submit(() -> {
                        start.await();
                        return shared.charOffsets();
                    }));
                }
                for (Future<int[]> answer : answers) {
                    assertThat(answer.get()).isEqualTo(expected);
                }
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void bareIdsAreOneSequenceOfWordsWithoutOffsets() {
        Encoding encoding = Encoding.ofIds(7, 8);
        assertThat(encoding.inputIds()).containsExactly(7, 8);
        assertThat(encoding.tokenTypeIds()).containsExactly(0, 0);
        assertThat(encoding.specialTokensMask()).containsExactly(0, 0);
        assertThat(encoding.sequenceIds()).containsExactly(0, 0);
        assertThat(encoding.wordIds()).containsExactly(0, 1);
        assertThat(encoding.charOffsets()).containsExactly(-1, -1, -1, -1);
    }
}
