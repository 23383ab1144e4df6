package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.head.MultipleChoiceHead;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deberta forward}: raw tensors through the model, for comparing with other implementations. */
@Command(
        name = "forward",
        mixinStandardHelpOptions = true,
        description = {
            "Runs raw tensors through the model.",
            "In: input_ids [B,T], or [B,C,T] for multiple choice; attention_mask, token_type_ids, position_ids of the same",
            "shape where wanted; attention_mask_3d (or attention_mask) [B,T,T] for a mask per pair of tokens.",
            "Out: logits, start_logits and end_logits, or last_hidden_state; where the checkpoint has the enhanced mask",
            "decoder, emd_hidden and emd_logits too. Zero where the mask is zero."
        })
final class ForwardCommand implements Callable<Integer> {

    @Mixin
    private ModelOption modelOption = new ModelOption();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "feature-extraction for the bare model; default: the head's own.")
    private @Nullable String task;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "safetensors of integers.")
    private Path input = Path.of("");

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "safetensors of F32.")
    private Path output = Path.of("");

    @Option(names = "--all", description = "also hidden_states.N [B,T,H] and attentions.N [B,heads,T,T].")
    private boolean all;

    @Override
    public Integer call() throws IOException {
        try (TensorModel tensorModel = TensorModel.open(ModelOptions.builder(modelOption.directory())
                        .task(task)
                        .warmUp(false)
                        .build());
                SafetensorsFile in = SafetensorsFile.open(input)) {
            PaddedInputs inputs = PaddedInputs.read(in, input);
            if (inputs.choices() > 0 && !(tensorModel.head() instanceof MultipleChoiceHead)) {
                throw new CommandException(input + ": 'input_ids' has a dimension of choices, expected [B, T] for "
                        + tensorModel.tasks().get(0));
            }
            PaddedOutputs outputs = new PaddedOutputs(inputs, tensorModel, all);
            outputs.putLogits(tensorModel.forward(inputs.batch(), outputs));
            SafetensorsFile.write(output, outputs.values, outputs.shapes);
        }
        return 0;
    }
}
