package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.onnx.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta export}: a model directory as an ONNX file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a model as ONNX: FILE, and its weights in FILE.data beside it. Batch and length vary.",
            "In: input_ids, attention_mask, token_type_ids where the model has types. Out: logits, start_logits and",
            "end_logits, or last_hidden_state."
        })
final class ExportCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;

    @Mixin
    private ModelOption modelOption = new ModelOption();

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "such as model.onnx.")
    private Path output = Path.of("");

    @Option(names = "--precision", paramLabel = "PRECISION", description = "fp32 or fp16; default fp32.")
    private Precision precision = Precision.FP32;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "feature-extraction for the bare model; default: the head's own.")
    private @Nullable String task;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Path weights = TensorModel.export(
                ModelOptions.builder(modelOption.directory()).task(task).build(), precision, output);
        spec.commandLine()
                .getErr()
                .printf(
                        "wrote %s, and %.0f MB of weights in %s; ONNX Runtime opens it%n",
                        output, Files.size(weights) / MEGABYTE, weights.getFileName());
        return 0;
    }
}
