package io.github.debertastreams.model.encoder;

import io.github.debertastreams.model.error.ModelException;

/**
 * What config.json says about self-attention.
 *
 * @param headSize width of one attention head; heads together may be wider or narrower than the hidden states
 * @param terms what the scores' variance grows by: they are divided by {@code sqrt(headSize * terms)}. 1 for content, and 1 for
 *     each position term that the configuration counts, whether or not it adds to the scores
 * @param contentToPosition whether c2p adds to the scores
 * @param positionToContent whether p2c adds to the scores
 * @param maxRelativePositions largest distance, already resolved where the file says -1
 * @param positionBuckets number of buckets on each side that distances fall into; 0: every distance has its own
 * @param sharedKeys whether the content's key and query projections make position keys and queries too
 * @param normalizedRelEmbeddings whether a layer normalisation precedes those projections
 * @param talkingHeads whether attention heads mix before and after the softmax
 */
public record AttentionConfig(
        int numHeads,
        int headSize,
        int terms,
        boolean contentToPosition,
        boolean positionToContent,
        int maxRelativePositions,
        int positionBuckets,
        boolean sharedKeys,
        boolean normalizedRelEmbeddings,
        boolean talkingHeads) {

    /** More tokens than any batch may have. */
    private static final int MOST_DISTANCE = 1 << 20;

    public AttentionConfig {
        // log((P - 1) / mid) divides below: at most 0 would turn the buckets around
        if (positionBuckets > 0 && (positionBuckets < 2 || maxRelativePositions - 1 <= positionBuckets / 2)) {
            throw ModelException.bundle("config.json: position_buckets is " + positionBuckets
                    + ", expected at least 2, and half of it below max_relative_positions - 1, which is "
                    + (maxRelativePositions - 1));
        }
    }

    /** Width of all attention heads; HF's {@code all_head_size}. */
    public int width() {
        return Math.multiplyExact(numHeads, headSize);
    }

    /** Whether positions add to the scores. */
    public boolean relative() {
        return contentToPosition || positionToContent;
    }

    /** Half the rows of {@code rel_embeddings}; the paper's k, HF's {@code pos_ebd_size}. */
    public int span() {
        return positionBuckets > 0 ? positionBuckets : maxRelativePositions;
    }

    /**
     * The row of {@code rel_embeddings} that a query reads for a key {@code distance} positions before it; the same for c2p and
     * p2c. Source: He et al., DeBERTa (2021), eq. 3; HF {@code build_relative_position}.
     */
    public int relativeRow(int distance) {
        int bucket = positionBuckets > 0 ? logBucket(distance, positionBuckets, maxRelativePositions) : distance;
        return Math.max(0, Math.min(2 * span() - 1, bucket + span()));
    }

    /** A distance from which on, in either direction, all that a text may have are in the same row. */
    public int farthest() {
        int farthest = span();
        while (farthest < MOST_DISTANCE
                && (relativeRow(farthest) != relativeRow(MOST_DISTANCE)
                        || relativeRow(-farthest) != relativeRow(-MOST_DISTANCE))) {
            farthest *= 2;
        }
        return farthest;
    }

    /**
     * Exact up to {@code buckets / 2} tokens, log-spaced beyond; the sign is the distance's. Source: HF {@code
     * make_log_bucket_position}.
     */
    static int logBucket(int distance, int buckets, int maxPosition) {
        int middle = buckets / 2;
        int magnitude = Math.abs(distance);
        if (magnitude <= middle) {
            return distance;
        }
        double fraction = Math.log(magnitude / (double) middle) / Math.log((maxPosition - 1) / (double) middle);
        int bucket = (int) Math.ceil(fraction * (middle - 1)) + middle;
        return distance < 0 ? -bucket : bucket;
    }
}
