package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.BackendOptions;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ConvolutionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.encoder.ModelType;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.weights.Checkpoint;
import io.github.debertastreams.model.weights.TensorInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code deberta inspect}: what a model directory is and what it lacks. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Says what a model directory is, which tasks it serves, its size, and what is missing.")
final class InspectCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;
    private static final int LABELS_SHOWN = 8;

    @Mixin
    private ModelOption modelOption = new ModelOption();

    private Path model = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        model = modelOption.directory();
        ModelConfig config = ModelConfig.read(model);
        out.printf("model        %s%n", model);
        out.printf(
                "encoder      DeBERTa %s, %d layers of %d, %d heads of %d, feed-forward %d%n",
                config.type() == ModelType.DEBERTA ? "v1" : "v2/v3",
                config.numHiddenLayers(),
                config.hiddenSize(),
                config.attention().numHeads(),
                config.attention().headSize(),
                config.intermediateSize());
        out.printf("positions    %s%n", positions(config));
        out.printf("vocabulary   %,d%n", config.vocabularySize());
        boolean complete = describeWeights(out) & describeTokenizer(out);
        if (!config.labels().isEmpty()) {
            List<String> labels = config.labels();
            out.printf(
                    "labels       %d: %s%s%n",
                    labels.size(),
                    String.join(", ", labels.subList(0, Math.min(LABELS_SHOWN, labels.size()))),
                    labels.size() > LABELS_SHOWN ? ", …" : "");
        }
        out.println("files");
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.printf("  %-28s %,13d bytes%n", file.getFileName(), Files.size(file));
            }
        }
        return complete ? 0 : 1;
    }

    private boolean describeWeights(PrintWriter out) {
        Optional<Path> graph = TensorModel.readyGraph(model);
        if (graph.isPresent()) {
            out.printf("weights      none, but %s: --backend onnx runs it%n", model.relativize(graph.get()));
            return describeTasks(out, BackendOptions.Kind.ONNX);
        }
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            long parameters = 0;
            Set<TensorInfo.Type> types = new TreeSet<>();
            for (String name : checkpoint.names()) {
                parameters += checkpoint.info(name).elements();
                types.add(checkpoint.info(name).type());
            }
            out.printf(
                    "parameters   %,d in %d tensors of %s; about %.0f MB as floats in memory%n",
                    parameters, checkpoint.names().size(), types, parameters * Float.BYTES / MEGABYTE);
        } catch (ModelException e) {
            out.println("missing      " + e.getMessage());
            return false;
        }
        return describeTasks(out, BackendOptions.Kind.NATIVE);
    }

    private boolean describeTasks(PrintWriter out, BackendOptions.Kind backend) {
        ModelOptions options =
                ModelOptions.builder(model).backend(backend).warmUp(false).build();
        try (TensorModel tensors = TensorModel.open(options)) {
            out.println("tasks        " + String.join(", ", tensors.tasks()));
            if (backend == BackendOptions.Kind.NATIVE && tensors.head() instanceof MaskedLanguageHead masked) {
                out.println("masked LM    " + masked.form().tensors()
                        + (tensors.enhancedMaskDecoder() ? ", behind the enhanced mask decoder" : ""));
            }
            out.println("backend      " + tensors.backend());
            return true;
        } catch (ModelException e) {
            out.println("missing      " + e.getMessage());
            return false;
        }
    }

    private boolean describeTokenizer(PrintWriter out) {
        try {
            Tokenizer tokenizer = Tokenizer.open(model);
            out.printf(
                    "tokenizer    %,d tokens, longest text %s%n",
                    tokenizer.vocabularySize(),
                    tokenizer.maxLength().isPresent() ? tokenizer.maxLength().getAsInt() + " tokens" : "unlimited");
            return true;
        } catch (ModelException e) {
            out.println("missing      " + e.getMessage());
            return false;
        }
    }

    private static String positions(ModelConfig config) {
        AttentionConfig attention = config.attention();
        List<String> parts = new ArrayList<>();
        if (config.positionBiasedInput()) {
            parts.add("absolute, up to " + config.maxPositionEmbeddings());
        }
        if (attention.relative()) {
            parts.add("relative" + (attention.contentToPosition() ? " c2p" : "")
                    + (attention.positionToContent() ? " p2c" : "") + " up to ±" + attention.maxRelativePositions()
                    + (attention.positionBuckets() > 0
                            ? " in " + attention.positionBuckets() + " buckets a side"
                            : ""));
        }
        ConvolutionConfig convolution = config.convolution();
        if (convolution != null) {
            parts.add("convolution over " + convolution.kernelSize());
        }
        if (attention.talkingHeads()) {
            parts.add("talking heads");
        }
        return parts.isEmpty() ? "none" : String.join("; ", parts);
    }
}
