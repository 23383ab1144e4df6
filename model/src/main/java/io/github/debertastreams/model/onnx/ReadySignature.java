package io.github.debertastreams.model.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a graph that somebody else made takes and gives, checked. */
record ReadySignature(Set<String> inputs, GraphHead head) {

    private static final Set<String> NEEDED = Set.of(GraphInputs.INPUT_IDS, GraphInputs.ATTENTION_MASK);
    private static final List<String> KNOWN = List.of(
            GraphInputs.INPUT_IDS, GraphInputs.ATTENTION_MASK, GraphInputs.TOKEN_TYPE_IDS, GraphInputs.POSITION_IDS);

    /** @throws ModelException of kind {@code BUNDLE}, saying what was found and what was expected */
    static ReadySignature of(
            String file, ModelConfig config, Map<String, NodeInfo> inputs, Map<String, NodeInfo> outputs) {
        for (Map.Entry<String, NodeInfo> input : inputs.entrySet()) {
            if (!KNOWN.contains(input.getKey())) {
                throw ModelException.bundle(
                        file + ": has the input '" + input.getKey() + "', expected none but " + KNOWN);
            }
            TensorInfo tensor = tensor(file, input.getKey(), input.getValue());
            if (tensor.type != OnnxJavaType.INT64 || tensor.getShape().length != 2) {
                throw ModelException.bundle(file + ": the input '" + input.getKey() + "' is " + describe(tensor)
                        + ", expected INT64 [batch, sequence]");
            }
        }
        if (!inputs.keySet().containsAll(NEEDED)) {
            throw ModelException.bundle(file + ": has the inputs " + new TreeSet<>(inputs.keySet())
                    + ", expected at least " + new TreeSet<>(NEEDED));
        }
        return new ReadySignature(Set.copyOf(inputs.keySet()), head(file, config, outputs));
    }

    private static GraphHead head(String file, ModelConfig config, Map<String, NodeInfo> outputs) {
        if (outputs.containsKey(HeadNodes.START_LOGITS) && outputs.containsKey(HeadNodes.END_LOGITS)) {
            dimension(file, HeadNodes.START_LOGITS, outputs, 2);
            dimension(file, HeadNodes.END_LOGITS, outputs, 2);
            return new GraphHead(GraphHead.Kind.QUESTION_ANSWERING, 0, null);
        }
        if (outputs.containsKey(HeadNodes.LOGITS)) {
            return ofLogits(file, config, tensor(file, HeadNodes.LOGITS, outputs.get(HeadNodes.LOGITS)));
        }
        if (outputs.containsKey(HeadNodes.LAST_HIDDEN_STATE)) {
            long width = dimension(file, HeadNodes.LAST_HIDDEN_STATE, outputs, 3);
            if (width > 0 && width != config.hiddenSize()) {
                throw ModelException.bundle(file + ": the output 'last_hidden_state' has " + width
                        + " columns, config.json says hidden_size " + config.hiddenSize());
            }
            return new GraphHead(GraphHead.Kind.EMBEDDING, 0, null);
        }
        throw ModelException.bundle(file + ": has the outputs " + new TreeSet<>(outputs.keySet())
                + ", expected logits, start_logits and end_logits, or last_hidden_state");
    }

    private static GraphHead ofLogits(String file, ModelConfig config, TensorInfo logits) {
        long[] shape = logits.getShape();
        int labels = config.labels().size();
        long columns = shape.length == 0 ? -1 : shape[shape.length - 1];
        boolean words = shape.length == 3 && (columns == config.vocabularySize() || columns < 0 && labels == 0);
        if (logits.type != OnnxJavaType.FLOAT || shape.length != 2 && shape.length != 3) {
            throw ModelException.bundle(file + ": the output 'logits' is " + describe(logits)
                    + ", expected FLOAT [batch, labels] or [batch, sequence, labels]");
        }
        if (words) {
            return new GraphHead(GraphHead.Kind.MASKED_LANGUAGE, 0, MaskedLanguageHead.Form.LEGACY);
        }
        if (columns > 0 && labels > 0 && columns != labels || columns < 1 && labels == 0) {
            throw ModelException.bundle(file + ": the output 'logits' is " + describe(logits)
                    + ", config.json's id2label has " + labels + " labels");
        }
        return new GraphHead(
                shape.length == 2 ? GraphHead.Kind.SEQUENCE_CLASSIFICATION : GraphHead.Kind.TOKEN_CLASSIFICATION,
                columns > 0 ? (int) columns : labels,
                null);
    }

    /** The last dimension of a float output of a rank; -1 where it varies. */
    private static long dimension(String file, String name, Map<String, NodeInfo> outputs, int rank) {
        NodeInfo info = outputs.get(name);
        TensorInfo tensor = tensor(file, name, info);
        long[] shape = tensor.getShape();
        if (tensor.type != OnnxJavaType.FLOAT || shape.length != rank) {
            throw ModelException.bundle(
                    file + ": the output '" + name + "' is " + describe(tensor) + ", expected FLOAT of rank " + rank);
        }
        return shape[rank - 1];
    }

    private static TensorInfo tensor(String file, String name, @Nullable NodeInfo info) {
        if (info != null && info.getInfo() instanceof TensorInfo tensor) {
            return tensor;
        }
        throw ModelException.bundle(file + ": '" + name + "' is " + info + ", expected a tensor");
    }

    private static String describe(TensorInfo tensor) {
        return tensor.type + " " + Arrays.toString(tensor.getShape());
    }
}
