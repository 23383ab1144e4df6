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
    private static final int CLS = TOKENIZER.clsId().orElseThrow();

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
        int card = tokenAt(CONTEXT.indexOf("card"));
        int allowed = 1;
        for (int sequence : ENCODING.sequenceIds()) {
            allowed += sequence == 1 ? 1 : 0;
        }
        double probability = Math.exp(9) / (Math.exp(9) + allowed - 1);
        assertThat(decode(1, card, card).answers().get(0).score())
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
            assertThat(answer.score()).isLessThan(0.1);
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
        AnswerDecoder decoder = new AnswerDecoder("", CLS, 3, 15, false);
        decoder.add(SequenceLogits.of(new float[2 * alone.length()], 2), alone);
        assertThat(decoder.answers().answers()).isEmpty();
    }

    @Test
    void anAnswerHasAtMostSoManyTokens() {
        AnswerDecoder decoder = new AnswerDecoder(CONTEXT, CLS, 100, 2, false);
        decoder.add(logits(tokenAt(0), tokenAt(CONTEXT.indexOf("said"))), ENCODING);
        // two tokens, widened to whole words, are two words at most
        assertThat(decoder.answers().answers())
                .allSatisfy(answer ->
                        assertThat(answer.answer().strip().split("[ ,.]+")).hasSizeLessThan(3));
    }

    @Test
    void theLargestNumbersMeanAllAnswersOfAnyLength() {
        AnswerDecoder all = new AnswerDecoder(CONTEXT, CLS, 0, ENCODING.length(), false);
        AnswerDecoder most = new AnswerDecoder(CONTEXT, CLS, Integer.MAX_VALUE, Integer.MAX_VALUE, false);
        for (AnswerDecoder decoder : List.of(all, most)) {
            decoder.add(logits(tokenAt(0), tokenAt(CONTEXT.indexOf("said"))), ENCODING);
        }
        assertThat(most.answers()).isEqualTo(all.answers());
        assertThat(most.answers().answers().get(0).answer()).startsWith("My").contains("said");
    }

    @Test
    void theNullAnswerHasTheScoreOfTheWindowThatHasMostToSay() {
        AnswerDecoder decoder = new AnswerDecoder(CONTEXT, CLS, 1, 15, true);
        decoder.add(logits(0, 0), ENCODING);
        assertThat(decoder.answers().answers().get(0))
                .extracting(Answers.Answer::answer, Answers.Answer::start, Answers.Answer::end)
                .containsExactly("", 0, 0);
        int jane = tokenAt(CONTEXT.indexOf("ane"));
        decoder.add(logits(jane, jane), ENCODING);
        assertThat(decoder.answers().answers().get(0).answer()).isEqualTo(" Jane");
    }

    @Test
    void equalAnswersOfTwoWindowsAreOneWithTheSumOfTheirScores() {
        int jane = tokenAt(CONTEXT.indexOf("ane"));
        AnswerDecoder decoder = new AnswerDecoder(CONTEXT, CLS, 1, 15, false);
        decoder.add(logits(jane, jane), ENCODING);
        double once = decoder.answers().answers().get(0).score();
        decoder.add(logits(jane, jane), ENCODING);
        assertThat(decoder.answers().answers().get(0).score()).isCloseTo(2 * once, Offset.offset(1e-9));
    }

    private static Answers decode(int topK, int start, int end) {
        AnswerDecoder decoder = new AnswerDecoder(CONTEXT, CLS, topK, 15, false);
        decoder.add(logits(start, end), ENCODING);
        return decoder.answers();
    }

    private static SequenceLogits logits(int start, int end) {
        float[] values = new float[2 * ENCODING.length()];
        values[2 * start] = 9;
        values[2 * end + 1] = 9;
        return SequenceLogits.of(values, 2);
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
