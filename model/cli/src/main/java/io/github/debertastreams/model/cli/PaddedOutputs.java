package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.MultipleChoiceHead;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The output tensors of {@code forward}: packed values, unpacked to rectangles that are zero where the mask is. */
final class PaddedOutputs implements EncoderTrace {

    final Map<String, float[]> values = new LinkedHashMap<>();
    final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final PaddedInputs inputs;
    private final TensorModel model;
    private final int[] rowOf;
    private final int hiddenSize;
    private final int numHeads;
    private final int numLayers;
    private final boolean all;
    private boolean maskDecoded;
    private float[] lastHiddenStates = new float[0];

    PaddedOutputs(PaddedInputs inputs, TensorModel model, boolean all) {
        this.inputs = inputs;
        this.model = model;
        this.rowOf = inputs.rowOfTokens();
        this.hiddenSize = model.config().hiddenSize();
        this.numHeads = model.config().attention().numHeads();
        this.numLayers = model.config().numHiddenLayers();
        this.all = all;
    }

    /** What the head made; with a mask decoder before it, also what it makes of the last hidden states. */
    void putLogits(Logits logits) {
        Head head = model.head();
        if (head instanceof SequenceClassificationHead) {
            put("logits", logits.values(), inputs.rows(), logits.columns());
        } else if (head instanceof MultipleChoiceHead) {
            int choices = Math.max(1, inputs.choices());
            put("logits", logits.values(), inputs.rows() / choices, choices);
        } else if (head instanceof QuestionAnsweringHead) {
            putColumn("start_logits", logits, 0);
            putColumn("end_logits", logits, 1);
        } else if (head instanceof EmbeddingHead) {
            putPerToken("last_hidden_state", logits.values(), logits.columns());
        } else if (maskDecoded) {
            putPerToken("emd_logits", logits.values(), logits.columns());
            Logits plain = head.forward(lastHiddenStates, inputs.batch());
            putPerToken("logits", plain.values(), plain.columns());
        } else {
            putPerToken("logits", logits.values(), logits.columns());
        }
    }

    private void putColumn(String name, Logits logits, int column) {
        float[] selected = new float[logits.values().length / logits.columns()];
        for (int row = 0; row < selected.length; row++) {
            selected[row] = logits.values()[row * logits.columns() + column];
        }
        put(name, unpack(selected, 1), inputs.rows(), inputs.length());
    }

    @Override
    public void hiddenStates(int layer, float[] hiddenStates) {
        if (all) {
            putPerToken("hidden_states." + layer, hiddenStates, hiddenSize);
        }
        if (layer == numLayers) {
            lastHiddenStates = Arrays.copyOf(hiddenStates, rowOf.length * hiddenSize);
        }
    }

    @Override
    public void maskDecoder(float[] decoded) {
        maskDecoded = true;
        putPerToken("emd_hidden", decoded, hiddenSize);
    }

    @Override
    public void attention(
            int layer, int token, int head, int firstPosition, float[] probabilities, int offset, int count) {
        if (all) {
            int length = inputs.length();
            String name = "attentions." + layer;
            float[] rectangle = values.get(name);
            if (rectangle == null) {
                rectangle = new float[Math.multiplyExact(inputs.rows() * numHeads, length * length)];
                put(name, rectangle, inputs.rows(), numHeads, length, length);
            }
            int query = inputs.batch().positions()[token];
            int start = ((rowOf[token] * numHeads + head) * length + query) * length + firstPosition;
            System.arraycopy(probabilities, offset, rectangle, start, count);
        }
    }

    private void putPerToken(String name, float[] packed, int columns) {
        put(name, unpack(packed, columns), inputs.rows(), inputs.length(), columns);
    }

    private float[] unpack(float[] packed, int columns) {
        float[] rectangle = new float[Math.multiplyExact(Math.multiplyExact(inputs.rows(), inputs.length()), columns)];
        for (int token = 0; token < rowOf.length; token++) {
            int cell = rowOf[token] * inputs.length() + inputs.batch().positions()[token];
            System.arraycopy(packed, token * columns, rectangle, cell * columns, columns);
        }
        return rectangle;
    }

    private void put(String name, float[] tensor, long... shape) {
        values.put(name, tensor);
        shapes.put(name, shape);
    }
}
