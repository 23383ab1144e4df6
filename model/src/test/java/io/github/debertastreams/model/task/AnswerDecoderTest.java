package io.github.debertastreams.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AnswerDecoderTest {

    private static final Tokenizer TOKENIZER = Tokenizer.open(Path.of("demo/intents"));
    private static final String CONTEXT = "My card is gone, Jane Smith said.";
    private static final Encoding ENCODING = TOKENIZER.encode("Who lost a card?", CONTEXT, EncodeOptions.DEFAULT);
    private static final TokenSpelling SPELLING = TokenSpelling.of(TOKENIZER);

    @Test
    void theBestSpanIsWidenedToWholeWordsOfTheContext() {
        int jane = tokenAt(CONTEXT.indexOf("ane"));
        int smith = tokenAt(CONTEXT.indexOf("Smith") + 1);
        Answers.Answer best = decode(1, jane, smith).answers().get(0);
        assertThat(CONTEXT.substring(best.start(), best.end())).isEqualTo(" Jane Smith");
        assertThat(best.answer()).isEqualTo(" Jane Smith");
    }

    @Test
    void theScoreIsTheProductOfTwoSoftmaxesOverContextAndFirstToken() {
        int jane = tokenAt(CONTEXT.indexOf("ane"));
        int allowed = 1;
        for (int sequence : ENCODING.sequenceIds()) {
            allowed += sequence == 1 ? 1 : 0;
        }
        double probability = Math.exp(9) / (Math.exp(9) + allowed - 1);
        assertThat(decode(1, jane, jane).answers().get(0).score())
                .isCloseTo(probability * probability, Offset.offset(1e-6));
    }

    @Test
    void neitherTheQuestionNorAnEndBeforeTheStartIsAnAnswer() {
        int first = tokenAt(0);
        int last = tokenAt(CONTEXT.indexOf("said"));
        for (Answers.Answer answer : decode(50, last, first).answers()) {
            assertThat(answer.start()).isLessThan(answer.end());
        }
        for (Answers.Answer answer : decode(50, 2, 3).answers()) {
            assertThat(answer.score()).isLessThan(0.01);
        }
    }

    @Test
    void severalAnswersComeHighestScoreFirst() {
        List<Answers.Answer> answers = decode(5, tokenAt(0), tokenAt(3)).answers();
        assertThat(answers).hasSize(5);
        assertThat(answers).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    }

    @Test
    void withoutAContextThereIsNoAnswer() {
        Encoding alone = TOKENIZER.encode("Who?", null, EncodeOptions.DEFAULT);
        SequenceLogits logits = SequenceLogits.of(new float[2 * alone.length()], 2);
        assertThat(new AnswerDecoder(3).decode(logits, alone, SPELLING).answers())
                .isEmpty();
    }

    private static Answers decode(int topK, int start, int end) {
        float[] values = new float[2 * ENCODING.length()];
        values[2 * start] = 9;
        values[2 * end + 1] = 9;
        return new AnswerDecoder(topK).decode(SequenceLogits.of(values, 2), ENCODING, SPELLING);
    }

    /** The context's token that covers this character. */
    private static int tokenAt(int character) {
        for (int token = 0; token < ENCODING.length(); token++) {
            if (ENCODING.sequenceIds()[token] == 1
                    && ENCODING.charOffsets()[2 * token] <= character
                    && character < ENCODING.charOffsets()[2 * token + 1]) {
                return token;
            }
        }
        throw new AssertionError("no token at " + character);
    }
}
