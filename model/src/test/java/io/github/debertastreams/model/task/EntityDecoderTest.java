package io.github.debertastreams.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityDecoderTest {

    private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-ORG", "I-ORG");
    private static final TokenSpelling SPELLING = new TokenSpelling() {
        @Override
        public String token(int id) {
            return "t" + id;
        }

        @Override
        public String text(int[] ids) {
            return ids[0] + ".." + ids[ids.length - 1];
        }
    };

    @Test
    void adjacentTokensOfOneTypeBecomeOneEntityAndABeginSplits() {
        assertThat(decode(true, 1, 2, 0, 3, 4, 3, 4, 2))
                .extracting(Entities.Entity::group, Entities.Entity::word)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("PER", "0..1"),
                        org.assertj.core.groups.Tuple.tuple("ORG", "3..4"),
                        org.assertj.core.groups.Tuple.tuple("ORG", "5..6"),
                        org.assertj.core.groups.Tuple.tuple("PER", "7..7"));
    }

    @Test
    void anInsideTagWithoutABeginningStartsAnEntity() {
        assertThat(decode(true, 0, 2, 2, 0)).extracting(Entities.Entity::word).containsExactly("1..2");
    }

    @Test
    void withoutAggregationEveryTokenIsAnEntityUnderItsTag() {
        assertThat(decode(false, 1, 2, 0))
                .extracting(Entities.Entity::group, Entities.Entity::word)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("B-PER", "t0"),
                        org.assertj.core.groups.Tuple.tuple("I-PER", "t1"));
    }

    @Test
    void theScoreIsTheMeanOfTheTokensProbabilities() {
        double expected = Math.exp(2) / (Math.exp(2) + 4);
        assertThat(decode(true, 1, 2).get(0).score()).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void nothingButOutsideGivesNoEntities() {
        assertThat(decode(true, 0, 0, 0)).isEmpty();
    }

    private static List<Entities.Entity> decode(boolean aggregate, int... best) {
        float[] values = new float[best.length * LABELS.size()];
        int[] ids = new int[best.length];
        for (int token = 0; token < best.length; token++) {
            values[token * LABELS.size() + best[token]] = 2;
            ids[token] = token;
        }
        SequenceLogits logits = SequenceLogits.of(values, LABELS.size());
        return new EntityDecoder(LABELS, aggregate)
                .decode(logits, Encoding.ofIds(ids), SPELLING)
                .entities();
    }
}
