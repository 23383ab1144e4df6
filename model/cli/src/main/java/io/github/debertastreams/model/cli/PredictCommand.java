package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta predict}: JSON lines to JSON lines, with the field names of Hugging Face's pipelines. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description =
                "Predicts texts: JSON lines in, JSON lines out, with the field names of Hugging Face's pipelines; see docs/tasks.md.")
final class PredictCommand implements Callable<Integer> {

    private static final int LINES_AT_A_TIME = 512;

    @Mixin
    private ModelOption modelOption = new ModelOption();

    @Option(
            names = "--offsets",
            paramLabel = "UNIT",
            description =
                    "what start and end count: utf16 units, as Java does, or codepoints, as Python does; default utf16.")
    private OffsetUnit offsets = OffsetUnit.UTF16;

    @Mixin
    private InputLines lines = new InputLines();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private long failed;
    private long truncated;

    @Override
    public Integer call() {
        ModelOptions options =
                ModelFlags.read(modelOption.directory(), spec.commandLine().getParseResult());
        try (PredictionService service = PredictionService.acquire(options);
                Progress progress = new Progress(spec.commandLine().getErr(), "texts")) {
            PipelineJson json = new PipelineJson(service.model().task(), options.taskOptions(), offsets);
            lines.forEach(
                    LINES_AT_A_TIME, spec.commandLine().getOut(), progress, batch -> predict(batch, service, json));
        }
        if (truncated > 0) {
            spec.commandLine()
                    .getErr()
                    .println("deberta: " + truncated
                            + " texts were longer than the model reads; their beginnings were read");
        }
        if (failed > 0) {
            spec.commandLine().getErr().println("deberta: " + failed + " lines have an error instead of a prediction");
        }
        return failed == 0 ? 0 : 1;
    }

    private List<Object> predict(List<InputLines.Line> batch, PredictionService service, PipelineJson json) {
        List<TextInput> inputs = batch.stream()
                .map(InputLines.Line::text)
                .filter(Objects::nonNull)
                .toList();
        Iterator<Outcome> outcomes = service.predict(inputs).iterator();
        List<Object> answers = new ArrayList<>(batch.size());
        for (InputLines.Line line : batch) {
            TextInput text = line.text();
            Outcome outcome = text == null
                    ? new Outcome.Rejected(ModelException.Kind.INVALID_INPUT, line.error())
                    : outcomes.next();
            if (outcome instanceof Outcome.Predicted predicted) {
                truncated += predicted.truncated() ? 1 : 0;
            } else {
                failed++;
            }
            Object answer = json.of(text == null ? TextInput.of("") : text, outcome);
            answers.add(line.id() == null ? answer : Map.of("id", line.id(), "prediction", answer));
        }
        return answers;
    }
}
