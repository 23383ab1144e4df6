package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What comes to mind first: ONNX Runtime with one text a call, on one thread each. Threads may share it. */
public interface SingleTexts extends AutoCloseable {

    Outcome predict(String text);

    @Override
    void close();

    /**
     * The model on a graph that torch.onnx.export wrote, with DJL's tokenizer; on our own graph with our tokenizer where there is no
     * such graph.
     */
    static SingleTexts open(Path modelDirectory, @Nullable Path graph) {
        if (graph != null) {
            return ExportedClassifier.open(modelDirectory, graph);
        }
        NlpModel model = NlpModel.open(
                ModelOptions.from(Map.of("model", modelDirectory.toString(), "backend", "onnx", "batch.threads", "1")));
        return new SingleTexts() {
            @Override
            public Outcome predict(String text) {
                return model.predict(List.of(TextInput.of(text))).get(0);
            }

            @Override
            public void close() {
                model.close();
            }
        };
    }
}
