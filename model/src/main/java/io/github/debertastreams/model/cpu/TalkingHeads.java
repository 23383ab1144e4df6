package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.kernel.Kernels;
import java.util.Arrays;

/**
 * Attention heads that mix, before the softmax and after it. Source: Shazeer et al., Talking-Heads Attention (2020); HF {@code
 * head_logits_proj} and {@code head_weights_proj}.
 *
 * @param logitsMixture {@code [N, N]}: a row of factors for each head that comes out
 * @param weightsMixture {@code [N, N]}, the same after the softmax
 */
record TalkingHeads(Kernels kernels, int numHeads, float[] logitsMixture, float[] weightsMixture) {

    /** Writes the mixture of {@code scores} to {@code mixed}; both are {@code [N, length]}. */
    void mixLogits(float[] scores, float[] mixed, int length) {
        mix(logitsMixture, scores, mixed, length);
    }

    /** Writes the mixture of {@code probabilities} to {@code mixed}; both are {@code [N, length]}. */
    void mixWeights(float[] probabilities, float[] mixed, int length) {
        mix(weightsMixture, probabilities, mixed, length);
    }

    private void mix(float[] mixture, float[] in, float[] out, int length) {
        Arrays.fill(out, 0, numHeads * length, 0f);
        for (int head = 0; head < numHeads; head++) {
            kernels.addWeightedRows(mixture, head * numHeads, in, 0, length, numHeads, out, head * length, length);
        }
    }
}
