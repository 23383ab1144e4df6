package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutcomeCacheTest {

    private final List<String> read = Collections.synchronizedList(new ArrayList<>());

    @Test
    void aTextThatComesAgainIsNotReadAgain() {
        try (PredictionService service = service("cached", 2)) {
            Outcome.Predicted first = predict(service, "a");
            Outcome.Predicted again = predict(service, "a");
            assertThat(again.prediction()).isEqualTo(first.prediction());
            assertThat(again.timings()).as("it took none").isEqualTo(new Outcome.Timings(0, 0, 0, 0));
            predict(service, "b");
            predict(service, "c"); // "a" is forgotten
            predict(service, "b");
            predict(service, "a");
            assertThat(read).containsExactly("a", "b", "c", "a");
            assertThat(service.statistics().cacheHits()).isEqualTo(2);
            assertThat(service.statistics().cacheMisses()).isEqualTo(4);
        }
    }

    @Test
    void pairsAndCandidatesTellInputsApart() {
        try (PredictionService service = service("pairs", 10)) {
            service.predict(List.of(TextInput.of("a")));
            service.predict(List.of(new TextInput("a", "b")));
            service.predict(List.of(new TextInput("a", null, List.of("label"))));
            assertThat(service.statistics().cacheHits()).isZero();
        }
    }

    @Test
    void anInputThatIsLongInAllIsNotRemembered() {
        OutcomeCache cache = new OutcomeCache(10, new ServiceStatistics());
        String half = "x".repeat(2_048);
        Prediction label = new Classification(List.of(new Classification.LabelScore("label", 1)));
        assertThat(timesComputed(cache, new TextInput(half, half), label)).isEqualTo(1);
        assertThat(timesComputed(cache, new TextInput(half, half + "x"), label)).isEqualTo(2);
        assertThat(timesComputed(cache, new TextInput(half, null, List.of(half, "x")), label))
                .isEqualTo(2);
    }

    @Test
    void vectorsOfEveryTokenAreNotRemembered() {
        OutcomeCache cache = new OutcomeCache(10, new ServiceStatistics());
        assertThat(timesComputed(cache, TextInput.of("a"), new Embedding(new float[2])))
                .isEqualTo(1);
        assertThat(timesComputed(cache, TextInput.of("b"), new TokenEmbeddings(new float[6], 2)))
                .isEqualTo(2);
    }

    /** How often the prediction of an input that comes twice is asked for. */
    private static int timesComputed(OutcomeCache cache, TextInput input, Prediction prediction) {
        AtomicInteger computed = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            cache.getOrCompute(input, () -> {
                        computed.incrementAndGet();
                        return CompletableFuture.completedFuture(
                                new Outcome.Predicted(prediction, 3, false, new Outcome.Timings(0, 0, 0, 0)));
                    })
                    .join();
        }
        return computed.get();
    }

    @Test
    void aRefusalIsNotRemembered() {
        try (PredictionService service = service("refusing", 10)) {
            for (int i = 0; i < 2; i++) {
                assertThat(service.predict(List.of(TextInput.of("refuse"))).get(0))
                        .isInstanceOf(Outcome.Rejected.class);
            }
            assertThat(service.statistics().cacheHits()).isZero();
        }
    }

    @Test
    void aTextThatSeveralWaitForIsReadUnlessAllOfThemCancel() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        try (PredictionService service = service("shared", 10, entered, gate)) {
            CompletableFuture<Outcome> running = service.submit(TextInput.of("running"));
            entered.await();
            CompletableFuture<Outcome> one = service.submit(TextInput.of("shared"));
            CompletableFuture<Outcome> other = service.submit(TextInput.of("shared"));
            one.cancel(false);
            List<CompletableFuture<Outcome>> dropped =
                    List.of(service.submit(TextInput.of("dropped")), service.submit(TextInput.of("dropped")));
            dropped.forEach(waiting -> waiting.cancel(false));
            gate.countDown();
            assertThat(running.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Predicted.class);
            assertThat(other.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Predicted.class);
            assertThat(read).containsExactly("running", "shared");
            predict(service, "dropped");
            assertThat(read).as("it can be asked for again").hasSize(3);
        }
    }

    @Test
    void withoutACacheEveryTextIsRead() {
        try (PredictionService service = service("uncached", 0)) {
            predict(service, "a");
            predict(service, "a");
            assertThat(read).containsExactly("a", "a");
            assertThat(service.statistics().cacheMisses()).isZero();
        }
    }

    private PredictionService service(String name, int cacheRecords) {
        return service(name, cacheRecords, new CountDownLatch(0), new CountDownLatch(0));
    }

    /** One whose worker says that it has entered, and waits for the gate. */
    private PredictionService service(String name, int cacheRecords, CountDownLatch entered, CountDownLatch gate) {
        ModelOptions options = ModelOptions.builder(Path.of(name))
                .workers(1)
                .cacheRecords(cacheRecords)
                .build();
        return PredictionService.acquire(
                options, any -> FakeModel.echoing().whileInferring(FakeModel.behind(entered, gate, read::addAll)));
    }

    private static Outcome.Predicted predict(PredictionService service, String text) {
        return (Outcome.Predicted) service.predict(List.of(TextInput.of(text))).get(0);
    }
}
