package io.github.debertastreams.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EntityDecoderTest {

    private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "E-LOC");
    private static final Tokenizer TOKENIZER = Tokenizer.open(Path.of("demo/pii"));
    private static final EntityDecoder.TokenNames NAMES = new EntityDecoder.TokenNames() {
        @Override
        public String token(int id) {
            return "t" + id;
        }

        @Override
        public boolean isUnknown(int id) {
            return false;
        }
    };

    @Test
    void adjacentTokensOfOneTypeBecomeOneEntityAndABeginSplits() {
        assertThat(decode(Aggregation.SIMPLE, 1, 2, 0, 3, 4, 3, 4, 2))
                .extracting(Entities.Entity::group, Entities.Entity::word)
                .containsExactly(tuple("PER", "t0t1"), tuple("ORG", "t3t4"), tuple("ORG", "t5t6"), tuple("PER", "t7"));
    }

    @Test
    void anInsideTagWithoutABeginningStartsAnEntity() {
        assertThat(decode(Aggregation.SIMPLE, 0, 2, 2, 0))
                .extracting(Entities.Entity::word)
                .containsExactly("t1t2");
    }

    @Test
    void anotherPrefixIsCutFromTheGroupButSplitsNothing() {
        assertThat(decode(Aggregation.SIMPLE, 5, 5, 0))
                .extracting(Entities.Entity::group, Entities.Entity::word)
                .containsExactly(tuple("LOC", "t0t1"));
    }

    @Test
    void withoutAggregationEveryTokenIsAnEntityUnderItsTag() {
        assertThat(decode(Aggregation.NONE, 1, 2, 0))
                .extracting(Entities.Entity::group, Entities.Entity::word, Entities.Entity::index)
                .containsExactly(tuple("B-PER", "t0", 0), tuple("I-PER", "t1", 1));
    }

    @Test
    void theScoreIsTheMeanOfTheTokensProbabilities() {
        double expected = Math.exp(2) / (Math.exp(2) + 5);
        assertThat(decode(Aggregation.SIMPLE, 1, 2).get(0).score()).isCloseTo(expected, Offset.offset(1e-6));
    }

    @Test
    void nothingButOutsideGivesNoEntities() {
        assertThat(decode(Aggregation.SIMPLE, 0, 0, 0)).isEmpty();
    }

    @Test
    void onlyLabelsToIgnoreAreLeftOut() {
        EntityDecoder decoder =
                new EntityDecoder(LABELS, Aggregation.SIMPLE, List.of("PER"), NAMES, words -> String.join("", words));
        assertThat(decode(decoder, 1, 0, 3).entities())
                .extracting(Entities.Entity::group)
                .containsExactly("O", "ORG");
    }

    @Test
    void aWordHasTheLabelOfItsFirstTokenOfItsSurestOrOfTheMean() {
        String text = "a supercalifragilistic word";
        Encoding encoding = TOKENIZER.encode(text, null, EncodeOptions.DEFAULT);
        int from = tokenAt(encoding, 2);
        int to = tokenAt(encoding, 21);
        assertThat(to).as("the word has at least three tokens").isGreaterThan(from + 1);
        float[] values = new float[encoding.length() * LABELS.size()];
        for (int token = 0; token < encoding.length(); token++) {
            values[token * LABELS.size()] = 5; // O
        }
        for (int token = from; token <= to; token++) {
            values[token * LABELS.size()] = 0;
            values[token * LABELS.size() + 4] = 1; // most tokens: I-ORG, none very sure
        }
        values[from * LABELS.size() + 1] = 2; // the first: B-PER
        values[to * LABELS.size() + 5] = 3; // the surest: E-LOC
        values[to * LABELS.size() + 4] = 2;
        SequenceLogits logits = SequenceLogits.of(values, LABELS.size());
        assertThat(words(Aggregation.FIRST, text, encoding, logits))
                .containsExactly(tuple("PER", text.substring(1, 22)));
        assertThat(words(Aggregation.MAX, text, encoding, logits)).containsExactly(tuple("LOC", text.substring(1, 22)));
        assertThat(words(Aggregation.AVERAGE, text, encoding, logits))
                .containsExactly(tuple("ORG", text.substring(1, 22)));
    }

    @Test
    void ofWhatOverlapsInTwoWindowsTheLongerIsKeptAndOfEqualsTheSurer() {
        String text = "one two three four five six seven eight";
        Encoding first = TOKENIZER.encode(
                text,
                null,
                EncodeOptions.DEFAULT
                        .withTruncation(Truncation.LONGEST_FIRST, 8)
                        .withStride(4));
        List<Encoding> windows = new ArrayList<>(List.of(first));
        windows.addAll(first.overflowing());
        assertThat(windows).hasSizeGreaterThan(2);
        EntityDecoder decoder =
                new EntityDecoder(LABELS, Aggregation.SIMPLE, List.of("O"), NAMES, words -> String.join("", words));
        List<SequenceLogits> logits = new ArrayList<>();
        for (int window = 0; window < windows.size(); window++) {
            float[] values = new float[windows.get(window).length() * LABELS.size()];
            for (int token = 0; token < windows.get(window).length(); token++) {
                int start = windows.get(window).charOffsets()[2 * token];
                boolean entity = start >= text.indexOf(" three") && start <= text.indexOf(" four");
                values[token * LABELS.size() + (entity ? 4 : 0)] = 4 + window;
            }
            logits.add(SequenceLogits.of(values, LABELS.size()));
        }
        List<Entities.Entity> entities = decoder.decode(text, windows, logits).entities();
        assertThat(entities).hasSize(1);
        assertThat(text.substring(entities.get(0).start(), entities.get(0).end()))
                .isEqualTo(" three four");
    }

    private static List<org.assertj.core.groups.Tuple> words(
            Aggregation aggregation, String text, Encoding encoding, SequenceLogits logits) {
        EntityDecoder.TokenNames names = new EntityDecoder.TokenNames() {
            @Override
            public String token(int id) {
                return TOKENIZER.token(id);
            }

            @Override
            public boolean isUnknown(int id) {
                return false;
            }
        };
        return new EntityDecoder(LABELS, aggregation, List.of("O"), names, TOKENIZER::decodeTokens)
                .decode(text, List.of(encoding), List.of(logits)).entities().stream()
                        .map(entity -> tuple(entity.group(), entity.word()))
                        .toList();
    }

    private static int tokenAt(Encoding encoding, int character) {
        for (int token = 0; token < encoding.length(); token++) {
            if (encoding.charOffsets()[2 * token] <= character && character < encoding.charOffsets()[2 * token + 1]) {
                return token;
            }
        }
        throw new AssertionError("no token at " + character);
    }

    private static List<Entities.Entity> decode(Aggregation aggregation, int... best) {
        EntityDecoder decoder =
                new EntityDecoder(LABELS, aggregation, List.of("O"), NAMES, words -> String.join("", words));
        return decode(decoder, best).entities();
    }

    private static Entities decode(EntityDecoder decoder, int... best) {
        float[] values = new float[best.length * LABELS.size()];
        int[] ids = new int[best.length];
        for (int token = 0; token < best.length; token++) {
            values[token * LABELS.size() + best[token]] = 2;
            ids[token] = token;
        }
        return decoder.decode("", List.of(Encoding.ofIds(ids)), List.of(SequenceLogits.of(values, LABELS.size())));
    }
}
