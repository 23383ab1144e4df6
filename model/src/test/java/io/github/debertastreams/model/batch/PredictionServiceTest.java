package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.TextInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PredictionServiceTest {

    private static final ModelOptions OPTIONS = ModelOptions.builder(Path.of("fake"))
            .workers(1)
            .maxBatchRecords(4)
            .maxBatchTokens(100)
            .build();

    @Test
    void answersInOrderFromManyThreads() throws Exception {
        Observed observed = Observed.open();
        try (PredictionService service =
                PredictionService.acquire(OPTIONS.toBuilder().workers(3).build(), options -> observed.model)) {
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
                                    .isEqualTo(inputs.get(i).text());
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
        Observed observed = Observed.gated();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            List<CompletableFuture<Outcome>> futures = new ArrayList<>();
            futures.add(service.submit(TextInput.of("first")));
            observed.entered.await();
            for (int length : new int[] {10, 11, 12, 13, 14, 60, 41, 1}) {
                futures.add(service.submit(TextInput.of("x".repeat(length))));
            }
            observed.gate.countDown();
            for (CompletableFuture<Outcome> future : futures) {
                future.get(10, TimeUnit.SECONDS);
            }
        }
        // four records at most; 14 + 60 + 41 tokens are more than a hundred
        assertThat(observed.batches)
                .extracting(batch -> batch.stream().map(String::length).toList())
                .containsExactly(List.of(5), List.of(10, 11, 12, 13), List.of(14, 60), List.of(41, 1));
    }

    @Test
    void theSequencesOfOneInputShareABatchThatCanHoldThem() throws Exception {
        Observed observed = Observed.gated();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("first"));
            observed.entered.await();
            CompletableFuture<Outcome> two = service.submit(TextInput.of("a\nb"));
            CompletableFuture<Outcome> three = service.submit(TextInput.of("c\nd\ne"));
            CompletableFuture<Outcome> one = service.submit(TextInput.of("f"));
            observed.gate.countDown();
            CompletableFuture.allOf(first, two, three, one).get(10, TimeUnit.SECONDS);
            assertThat(label(two.get())).isEqualTo("a\nb");
            assertThat(label(three.get())).isEqualTo("c\nd\ne");
        }
        assertThat(observed.batches).containsExactly(List.of("first"), List.of("a", "b"), List.of("c", "d", "e", "f"));
    }

    @Test
    void anInputThatNoBatchCanHoldIsReadInSeveral() throws Exception {
        Observed observed = Observed.gated();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("first"));
            observed.entered.await();
            CompletableFuture<Outcome> one = service.submit(TextInput.of("a"));
            CompletableFuture<Outcome> nine = service.submit(TextInput.of("b\nc\nd\ne\nf\ng\nh\ni\nj"));
            CompletableFuture<Outcome> last = service.submit(TextInput.of("k"));
            observed.gate.countDown();
            CompletableFuture.allOf(first, one, nine, last).get(10, TimeUnit.SECONDS);
            assertThat(label(nine.get())).isEqualTo("b\nc\nd\ne\nf\ng\nh\ni\nj");
            Outcome.Predicted predicted = (Outcome.Predicted) nine.get();
            assertThat(predicted.tokenCount()).isEqualTo(9);
            assertThat(((Classification) predicted.prediction()).best().score()).isEqualTo(9);
        }
        assertThat(observed.batches)
                .containsExactly(
                        List.of("first"),
                        List.of("a", "b", "c", "d"),
                        List.of("e", "f", "g", "h"),
                        List.of("i", "j", "k"));
    }

    @Test
    void aBatchThatFailsTakesTheRestOfItsInputsWithIt() throws Exception {
        Observed observed = Observed.gated();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            CompletableFuture<Outcome> nine = service.submit(TextInput.of("b\nc\nd\ne\nf\ng\nh\ni\nj"));
            observed.entered.await();
            observed.failure = new OutOfMemoryError("no device memory");
            observed.gate.countDown();
            assertThatThrownBy(nine::get).hasMessageContaining("no device memory");
            observed.failure = null;
            assertThat(label(service.submit(TextInput.of("k")).get(10, TimeUnit.SECONDS)))
                    .isEqualTo("k");
        }
        assertThat(observed.batches).containsExactly(List.of("k"));
    }

    @Test
    void lingersForABatchThatIsNotFull() throws Exception {
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(
                OPTIONS.toBuilder()
                        .maxBatchRecords(3)
                        .linger(Duration.ofSeconds(30))
                        .build(),
                options -> observed.model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("a"));
            CompletableFuture<Outcome> second = service.submit(TextInput.of("ab"));
            assertThat(first).isNotDone();
            CompletableFuture<Outcome> third = service.submit(TextInput.of("abc"));
            CompletableFuture.allOf(first, second, third).get(10, TimeUnit.SECONDS);
        }
        assertThat(observed.batches).containsExactly(List.of("a", "ab", "abc"));
    }

    @Test
    void aRefusedTextDoesNotTouchItsNeighbours() {
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            List<Outcome> outcomes =
                    service.predict(List.of(TextInput.of("a"), TextInput.of("refuse"), TextInput.of("abc")));
            assertThat(label(outcomes.get(0))).isEqualTo("a");
            assertThat(outcomes.get(1))
                    .isEqualTo(new Outcome.Rejected(ModelException.Kind.INVALID_INPUT, "refused as asked"));
            assertThat(label(outcomes.get(2))).isEqualTo("abc");
        }
    }

    @Test
    void aTextOnWhichTheModelFailsIsFoundInItsBatch() throws Exception {
        Observed observed = Observed.gated();
        observed.poison = "poison";
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("first"));
            observed.entered.await();
            List<CompletableFuture<Outcome>> batch = new ArrayList<>();
            for (String text : List.of("a", "poison", "b", "c\npoison")) {
                batch.add(service.submit(TextInput.of(text)));
            }
            observed.gate.countDown();
            assertThat(label(first.get(10, TimeUnit.SECONDS))).isEqualTo("first");
            assertThat(label(batch.get(0).get(10, TimeUnit.SECONDS))).isEqualTo("a");
            assertThat(label(batch.get(2).get(10, TimeUnit.SECONDS))).isEqualTo("b");
            for (int failed : List.of(1, 3)) {
                assertThat(batch.get(failed).get(10, TimeUnit.SECONDS))
                        .isEqualTo(new Outcome.Rejected(
                                ModelException.Kind.FAILED_INPUT, "java.lang.IllegalStateException: poisoned"));
            }
        }
    }

    @Test
    void aFailingModelFailsItsBatchAndWorksOn() {
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            observed.failure = new OutOfMemoryError("no device memory");
            assertThatThrownBy(() -> service.predict(List.of(TextInput.of("a"))))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BACKEND))
                    .hasMessageContaining("no device memory");
            observed.failure = null;
            assertThat(label(service.predict(List.of(TextInput.of("ab"))).get(0)))
                    .isEqualTo("ab");
        }
    }

    @Test
    void aWorkerOutlivesAFailureThatItCannotEvenName() throws Exception {
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            observed.failure = new OutOfMemoryError() {
                @Override
                public String toString() {
                    throw new OutOfMemoryError("nor for its name");
                }
            };
            CompletableFuture<Outcome> failed = service.submit(TextInput.of("a"));
            assertThatThrownBy(() -> failed.get(10, TimeUnit.SECONDS)).hasMessageContaining("nor for its name");
            observed.failure = null;
            assertThat(label(service.submit(TextInput.of("ab")).get(10, TimeUnit.SECONDS)))
                    .isEqualTo("ab");
        }
    }

    @Test
    void oneModelPerOptionsClosedByTheLastUser() {
        AtomicInteger opened = new AtomicInteger();
        Observed observed = Observed.open();
        PredictionService first = PredictionService.acquire(OPTIONS, options -> {
            opened.incrementAndGet();
            return observed.model;
        });
        PredictionService second = PredictionService.acquire(OPTIONS, options -> {
            opened.incrementAndGet();
            return observed.model;
        });
        assertThat(second).isSameAs(first);
        assertThat(opened).hasValue(1);
        first.close();
        assertThat(observed.closed).isFalse();
        assertThat(label(second.predict(List.of(TextInput.of("a"))).get(0))).isEqualTo("a");
        second.close();
        assertThat(observed.closed).isTrue();
        assertThatThrownBy(() -> second.submit(TextInput.of("a"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsCancelledWhileItWaitsIsNotRead() throws Exception {
        Observed observed = Observed.gated();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            CompletableFuture<Outcome> first = service.submit(TextInput.of("first"));
            observed.entered.await();
            CompletableFuture<Integer> late = service.submit(TextInput.of("late"), (model, outcome) -> 1);
            CompletableFuture<Outcome> last = service.submit(TextInput.of("last"));
            late.cancel(false);
            observed.gate.countDown();
            CompletableFuture.allOf(first, last).get(10, TimeUnit.SECONDS);
        }
        assertThat(observed.batches).containsExactly(List.of("first"), List.of("last"));
    }

    @Test
    void theLastCloseWaitsForItsRunningBatchAlone() throws Exception {
        Observed observed = Observed.gated();
        PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model);
        CompletableFuture<Outcome> running = service.submit(TextInput.of("running"));
        observed.entered.await();
        CompletableFuture<Outcome> queued = service.submit(TextInput.of("queued"));
        Thread closing = new Thread(service::close);
        closing.start();
        assertThatThrownBy(() -> queued.get(10, TimeUnit.SECONDS)).hasMessageContaining("service is closed");
        assertThat(running).isNotDone();
        assertThat(observed.closed).isFalse();
        observed.gate.countDown();
        closing.join();
        assertThat(label(running.get())).isEqualTo("running");
        assertThat(observed.batches).containsExactly(List.of("running"));
        assertThat(observed.closed).isTrue();
    }

    @Test
    void whileOneModelIsOpenedAnotherMayBeClosedAndWhoeverWantsTheSameWaitsForIt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        Observed observed = Observed.open();
        PredictionService other = PredictionService.acquire(OPTIONS, options -> Observed.open().model);
        Opening first = new Opening("slow", options -> {
            await(arrived);
            return observed.model;
        });
        first.awaitWaiting();
        Opening second = new Opening("slow", options -> {
            throw new AssertionError("is being opened already");
        });
        second.awaitWaiting();
        other.close();
        arrived.countDown();
        assertThat(second.get()).isSameAs(first.get());
        first.get().close();
        assertThat(observed.closed).isFalse();
        second.get().close();
        assertThat(observed.closed).isTrue();
    }

    @Test
    void whoeverWaitedForAModelThatCouldNotBeOpenedTriesItAgain() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        Opening first = new Opening("broken", options -> {
            await(arrived);
            throw ModelException.bundle("not there yet");
        });
        first.awaitWaiting();
        Opening second = new Opening("broken", options -> Observed.open().model);
        second.awaitWaiting();
        arrived.countDown();
        assertThatThrownBy(first::get).hasMessageContaining("not there yet");
        second.get().close();
    }

    @Test
    void aModelThatTakesOverServesThoughTheOldOneCannotBeClosed() {
        FakeModel old = FakeModel.echoing().whenClosed(() -> {
            throw new IllegalStateException("does not close");
        });
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> old)) {
            service.swap(observed.model);
            assertThat(label(service.predict(List.of(TextInput.of("new"))).get(0)))
                    .isEqualTo("new");
            assertThat(service.model()).isSameAs(observed.model);
        }
        assertThat(observed.closed).isTrue();
    }

    @Test
    void reportsWhereTheTimeWent() {
        Observed observed = Observed.open();
        try (PredictionService service = PredictionService.acquire(OPTIONS, options -> observed.model)) {
            Outcome outcome = service.predict(List.of(TextInput.of("abc"))).get(0);
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Predicted.class, predicted -> {
                assertThat(predicted.tokenCount()).isEqualTo(3);
                assertThat(predicted.timings().batchSize()).isEqualTo(1);
                assertThat(predicted.timings().inferNanos()).isPositive();
            });
        }
    }

    /** A service that another thread acquires. */
    private static final class Opening {
        private final CompletableFuture<PredictionService> service = new CompletableFuture<>();
        private final Thread thread;

        Opening(String model, Function<ModelOptions, TextModel> open) {
            ModelOptions options = ModelOptions.builder(Path.of(model)).build();
            thread = new Thread(() -> {
                try {
                    service.complete(PredictionService.acquire(options, open));
                } catch (Throwable t) {
                    service.completeExceptionally(t);
                }
            });
            thread.start();
        }

        void awaitWaiting() throws InterruptedException {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
        }

        PredictionService get() throws Exception {
            return service.get(10, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String label(Outcome outcome) {
        return ((Classification) ((Outcome.Predicted) outcome).prediction())
                .best()
                .label();
    }

    /** A fake model that can be held, broken, and asked which lines it was given. */
    private static final class Observed {
        final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch gate;
        volatile @Nullable Error failure;
        volatile @Nullable String poison;
        volatile boolean closed;
        final FakeModel model;

        private Observed(int gates) {
            gate = new CountDownLatch(gates);
            model = FakeModel.echoing()
                    .whileInferring(FakeModel.behind(entered, gate, this::infer))
                    .whenClosed(() -> closed = true);
        }

        /** Holds its first batch until the gate is opened. */
        static Observed gated() {
            return new Observed(1);
        }

        static Observed open() {
            return new Observed(0);
        }

        private void infer(List<String> lines) {
            if (failure != null) {
                throw failure;
            }
            if (poison != null && lines.contains(poison)) {
                throw new IllegalStateException("poisoned");
            }
            batches.add(lines);
        }
    }
}
