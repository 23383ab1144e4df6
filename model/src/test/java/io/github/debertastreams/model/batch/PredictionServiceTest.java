package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Classification;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PredictionServiceTest {

    private static final ModelOptions OPTIONS =
            ModelOptions.of(Path.of("fake")).withWorkers(1).withBatch(4, 100, Duration.ZERO);

    @Test
    void answersInOrderFromManyThreads() throws Exception {
        FakeModel model = new FakeModel();
        try (PredictionService service = PredictionService.acquire(OPTIONS.withWorkers(3), options -> model)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int t = 0; t < 8; t++) {
                int thread = t;
                threads.add(new Thread(() -> {
                    try {
                        List<TextInput> inputs = IntStream.range(0, 200)
                                .mapToObj(i -> TextInput.of("x".repeat(1 + (i * 7 + thread) % 30)))
                                .toList();
                        List<Outcome> outcomes = service.predict(inputs);
                        for (int i = 0; i < inputs.size(); i++) {
                            assertThat(label(outcomes.get(i)))
                                    .isEqualTo("" + inputs.get(i).text().length());
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void cutsByCountAndByTokensAndMergesWhatWaits() throws Exception {
        FakeModel model = new FakeModel();
        model.gate = new CountDownLatch(1);
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> model)) {
            List<CompletableFuture<Outcome>> futures = new ArrayList<>();
            futures.add(service.submit(TextInput.of("first")));
            model.entered.await();
            for (int length : new int[] {10, 11, 12, 13, 14, 60, 41, 1}) {
                futures.add(service.submit(TextInput.of("x".repeat(length))));
            }
            model.gate.countDown();
            for (CompletableFuture<Outcome> future : futures) {
                future.get(10, TimeUnit.SECONDS);
            }
        }
        // four records at most; 14 + 60 + 41 tokens are more than a hundred
        assertThat(model.batches).containsExactly(List.of(5), List.of(10, 11, 12, 13), List.of(14, 60), List.of(41, 1));
    }

    @Test
    void computesEqualInputsOfABatchOnce() throws Exception {
        FakeModel model = new FakeModel();
        model.gate = new CountDownLatch(1);
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("first"));
            model.entered.await();
            List<CompletableFuture<Outcome>> same = List.of(
                    service.submit(TextInput.of("ab")),
                    service.submit(TextInput.of("abc")),
                    service.submit(TextInput.of("ab")),
                    service.submit(new TextInput("ab", "c")));
            model.gate.countDown();
            assertThat(label(first.get())).isEqualTo("5");
            assertThat(label(same.get(0).get())).isEqualTo("2");
            assertThat(label(same.get(1).get())).isEqualTo("3");
            assertThat(label(same.get(2).get())).isEqualTo("2");
            assertThat(label(same.get(3).get())).isEqualTo("3");
        }
        assertThat(model.batches).containsExactly(List.of(5), List.of(2, 3, 3));
    }

    @Test
    void lingersForABatchThatIsNotFull() throws Exception {
        FakeModel model = new FakeModel();
        try (PredictionService service =
                PredictionService.acquire(OPTIONS.withBatch(3, 100, Duration.ofSeconds(30)), options -> model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("a"));
            CompletableFuture<Outcome> second = service.submit(TextInput.of("ab"));
            assertThat(first).isNotDone();
            CompletableFuture<Outcome> third = service.submit(TextInput.of("abc"));
            CompletableFuture.allOf(first, second, third).get(10, TimeUnit.SECONDS);
        }
        assertThat(model.batches).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void aRefusedTextDoesNotTouchItsNeighbours() {
        FakeModel model = new FakeModel();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> model)) {
            List<Outcome> outcomes =
                    service.predict(List.of(TextInput.of("a"), TextInput.of("refuse"), TextInput.of("abc")));
            assertThat(label(outcomes.get(0))).isEqualTo("1");
            assertThat(outcomes.get(1)).isEqualTo(new Outcome.Rejected(ModelException.Kind.INVALID_INPUT, "refused"));
            assertThat(label(outcomes.get(2))).isEqualTo("3");
        }
    }

    @Test
    void aFailingModelFailsItsBatchAndWorksOn() {
        FakeModel model = new FakeModel();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> model)) {
            model.failure = new OutOfMemoryError("no device memory");
            assertThatThrownBy(() -> service.predict(List.of(TextInput.of("a"))))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BACKEND))
                    .hasMessageContaining("no device memory");
            model.failure = null;
            assertThat(label(service.predict(List.of(TextInput.of("ab"))).get(0)))
                    .isEqualTo("2");
        }
    }

    @Test
    void oneModelPerOptionsClosedByTheLastUser() {
        AtomicInteger opened = new AtomicInteger();
        FakeModel model = new FakeModel();
        PredictionService first = PredictionService.acquire(OPTIONS, options -> {
            opened.incrementAndGet();
            return model;
        });
        PredictionService second = PredictionService.acquire(OPTIONS, options -> {
            opened.incrementAndGet();
            return model;
        });
        assertThat(second).isSameAs(first);
        assertThat(opened).hasValue(1);
        first.close();
        assertThat(model.closed).isFalse();
        assertThat(label(second.predict(List.of(TextInput.of("a"))).get(0))).isEqualTo("1");
        second.close();
        assertThat(model.closed).isTrue();
        assertThatThrownBy(() -> second.submit(TextInput.of("a"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reportsWhereTheTimeWent() {
        FakeModel model = new FakeModel();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> model)) {
            Outcome outcome = service.predict(List.of(TextInput.of("abc"))).get(0);
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Predicted.class, predicted -> {
                assertThat(predicted.tokenCount()).isEqualTo(3);
                assertThat(predicted.timings().batchSize()).isEqualTo(1);
                assertThat(predicted.timings().inferNanos()).isPositive();
            });
        }
    }

    private static String label(Outcome outcome) {
        return ((Classification) ((Outcome.Predicted) outcome).prediction())
                .best()
                .label();
    }

    /** Answers each text with its length; remembers the batches it saw. */
    private static final class FakeModel implements TextModel {
        final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch entered = new CountDownLatch(1);
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile @org.jspecify.annotations.Nullable Throwable failure;
        volatile boolean closed;

        @Override
        public Encoding encode(TextInput input) {
            if (input.text().equals("refuse")) {
                throw ModelException.invalidInput("refused");
            }
            return Encoding.ofIds(
                    new int
                            [input.text().length()
                                    + (input.textPair() == null
                                            ? 0
                                            : input.textPair().length())]);
        }

        @Override
        public List<Prediction> infer(List<Encoding> encodings) {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (failure instanceof Error error) {
                throw error;
            }
            batches.add(encodings.stream().map(Encoding::length).toList());
            return encodings.stream()
                    .<Prediction>map(encoding ->
                            new Classification(List.of(new Classification.LabelScore("" + encoding.length(), 1))))
                    .toList();
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String revision() {
            return "1";
        }

        @Override
        public String backend() {
            return "fake";
        }

        @Override
        public String task() {
            return "text-classification";
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
