package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import java.util.ArrayList;
import java.util.List;

/** A model with no host around it: what the benchmarks of both hosts measure them by. */
public final class BareModel {

    /** Texts that a caller hands over at once. */
    public static final int CHUNK = 2_000;

    private BareModel() {}

    /** Predicts all texts, handed over by some callers in chunks, and returns how many a second. */
    public static double throughput(PredictionService service, List<String> texts, int callers)
            throws InterruptedException {
        List<TextInput> inputs = texts.stream().map(TextInput::of).toList();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int caller = 0; caller < callers; caller++) {
            int first = caller;
            Thread thread = new Thread(() -> {
                for (int at = first * CHUNK; at < inputs.size(); at += callers * CHUNK) {
                    service.predict(inputs.subList(at, Math.min(inputs.size(), at + CHUNK)));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return inputs.size() * 1e9 / (System.nanoTime() - start);
    }
}
