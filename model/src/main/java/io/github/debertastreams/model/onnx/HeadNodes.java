package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.Objects;

/** Heads as nodes of a graph. Source: the classes of the {@code head} package. */
record HeadNodes(
        Operators operators,
        Checkpoint checkpoint,
        ModelConfig config,
        GraphHead head,
        GraphForm form,
        GraphInputs inputs) {

    private static final int ANSWER_OUTPUTS = 2;

    static final String LOGITS = "logits";
    static final String LAST_HIDDEN_STATE = "last_hidden_state";
    static final String START_LOGITS = "start_logits";
    static final String END_LOGITS = "end_logits";

    /** An output {@code [1, 1]} of graphs in fp16: 0 where the values that the program reads are finite, else not a number. */
    static final String FINITE_CHECK = "finite_check";

    /** The output that this program reads, of which a row is a text's or a token's. */
    static String output(GraphHead head) {
        return head.kind() == GraphHead.Kind.EMBEDDING ? LAST_HIDDEN_STATE : LOGITS;
    }

    /** Columns of that output. */
    static int columns(GraphHead head, ModelConfig config) {
        return switch (head.kind()) {
            case EMBEDDING -> config.hiddenSize();
            case QUESTION_ANSWERING -> ANSWER_OUTPUTS;
            case MASKED_LANGUAGE -> config.vocabularySize();
            default -> head.labels();
        };
    }

    /** Rows of the texts' first tokens, {@code [B, H]}. */
    String firstTokens(String states) {
        GraphWriter graph = graph();
        String rectangle = graph.node("Reshape", states, inputs.rectangleOf(config.hiddenSize()));
        return graph.node("Gather", Attributes.of("axis", 1), rectangle, graph.integer(0));
    }

    /**
     * Makes the head's outputs.
     *
     * @param firstOnly whether the states are those of the texts' first tokens
     */
    void logits(String states, boolean firstOnly) {
        switch (head.kind()) {
            case SEQUENCE_CLASSIFICATION, MULTIPLE_CHOICE -> pooled(firstOnly ? states : firstTokens(states));
            case QUESTION_ANSWERING -> answers(states);
            case EMBEDDING -> perToken(LAST_HIDDEN_STATE, selected(states), config.hiddenSize());
            default -> tokenLogits(LOGITS, states);
        }
    }

    /** Looks whether the output is finite where it is: reading it to find out takes longer than a GPU takes to make it. */
    void finiteCheck() {
        GraphWriter graph = graph();
        String zeros = graph.node("Mul", output(head), graph.number(0));
        String[] one = {"1", "1"};
        graph.output(FINITE_CHECK, ElementType.FLOAT, graph.node("ReduceSum", zeros), one);
    }

    /** Logits of tokens under a name. */
    void tokenLogits(String output, String states) {
        String rows = operators.narrow(selected(states));
        if (head.kind() == GraphHead.Kind.MASKED_LANGUAGE) {
            perToken(output, operators.widen(words(rows)), config.vocabularySize());
        } else {
            perToken(output, operators.widen(classifier(rows)), head.labels());
        }
    }

    private String classifier(String rows) {
        return operators.linear(rows, "classifier", head.labels(), config.hiddenSize());
    }

    /** A text all of whose tokens are masked counts as a zero vector. */
    private void pooled(String first) {
        GraphWriter graph = graph();
        int hidden = config.hiddenSize();
        String masked = graph.node(
                "Mul", first, graph.node("Gather", Attributes.of("axis", 1), inputs.tokenMask(), graph.integer(0)));
        String dense = operators.linear(operators.narrow(masked), "pooler.dense", hidden, hidden);
        String logits = operators.widen(classifier(operators.activation(config.poolerActivation(), dense)));
        if (head.kind() == GraphHead.Kind.MULTIPLE_CHOICE && !form.selectedTokens()) {
            String ids = GraphInputs.INPUT_IDS;
            String shape = graph.node("Shape", Attributes.of("start", 0).with("end", 2), ids);
            graph.output(LOGITS, ElementType.FLOAT, graph.node("Reshape", logits, shape), "batch", "choices");
        } else {
            graph.output(LOGITS, ElementType.FLOAT, logits, "batch", Integer.toString(head.labels()));
        }
    }

    private void answers(String states) {
        GraphWriter graph = graph();
        String both = operators.widen(operators.linear(
                operators.narrow(selected(states)), "qa_outputs", ANSWER_OUTPUTS, config.hiddenSize()));
        if (form.selectedTokens()) {
            graph.output(LOGITS, ElementType.FLOAT, both, "outputs", Integer.toString(ANSWER_OUTPUTS));
            return;
        }
        String rectangle = graph.node("Reshape", both, inputs.rectangleOf(ANSWER_OUTPUTS));
        String[] names = {START_LOGITS, END_LOGITS};
        for (int column = 0; column < names.length; column++) {
            String logits = graph.node("Gather", Attributes.of("axis", 2), rectangle, graph.integer(column));
            graph.output(names[column], ElementType.FLOAT, logits, "batch", "sequence");
        }
    }

    /** Source: {@link MaskedLanguageHead}. */
    private String words(String rows) {
        MaskedLanguageHead.Form tensors = Objects.requireNonNull(head.form());
        boolean legacy = tensors == MaskedLanguageHead.Form.LEGACY;
        int width = legacy ? config.embeddingSize() : config.hiddenSize();
        int vocabulary = config.vocabularySize();
        String decoder = tensors.tensors() + (legacy ? ".decoder.weight" : ".weight");
        boolean tied = !checkpoint.has(decoder);
        if (tied && config.embeddingSize() != width) {
            throw ModelException.bundle("config.json: embedding_size is " + config.embeddingSize()
                    + ", expected hidden_size " + width + " for the masked-LM head 'lm_predictions'");
        }
        String bias = tensors.tensors() + ".bias";
        if (!checkpoint.has(bias) && checkpoint.has(tensors.tensors() + ".decoder.bias")) {
            bias = tensors.tensors() + ".decoder.bias";
        }
        String transform = tensors.tensors() + (legacy ? ".transform" : "");
        String dense = operators.linear(rows, transform + ".dense", width, config.hiddenSize());
        String active = operators.widen(operators.activation(config.hiddenActivation(), dense));
        String normed = operators.narrow(operators.norm(active, transform + ".LayerNorm", width));
        String words = operators.product(tied ? "embeddings.word_embeddings.weight" : decoder, vocabulary, width);
        return operators.linear(normed, words, operators.product(bias, vocabulary), 1);
    }

    private String selected(String states) {
        return inputs.outputTokens() == null ? states : graph().node("Gather", states, inputs.outputTokens());
    }

    private void perToken(String output, String rows, int columns) {
        String width = Integer.toString(columns);
        if (form.selectedTokens()) {
            graph().output(output, ElementType.FLOAT, rows, "outputs", width);
        } else {
            String rectangle = graph().node("Reshape", rows, inputs.rectangleOf(columns));
            graph().output(output, ElementType.FLOAT, rectangle, "batch", "sequence", width);
        }
    }

    private GraphWriter graph() {
        return operators.graph();
    }
}
