package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ModelWatchTest {

    private static final ModelOptions OPTIONS = ModelOptions.builder(Path.of("watched"))
            .workers(2)
            .maxBatchRecords(4)
            .build();
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private volatile String found = "1";
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();

    private TextModel open(ModelOptions options) {
        opened.incrementAndGet();
        if (found.startsWith("unreadable")) {
            throw ModelException.bundle("not to be read, as asked");
        }
        return FakeModel.echoing()
                .withRevision(found)
                .whileInferring(lines -> {
                    if (broken.get()) {
                        throw new ModelException(ModelException.Kind.BACKEND, "broken as asked");
                    }
                })
                .whenClosed(closed::incrementAndGet);
    }

    @Test
    void anotherRevisionTakesOverWithoutAGap() throws Exception {
        try (PredictionService service = PredictionService.acquire(OPTIONS, this::open);
                ModelWatch watch = ModelWatch.start(service, this::open, options -> found, INTERVAL)) {
            Set<String> revisions = new TreeSet<>();
            for (String revision : List.of("2", "3", "4", "5")) {
                found = revision;
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (!service.model().revision().equals(revision) && System.nanoTime() < deadline) {
                    List<CompletableFuture<String>> answers = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        answers.add(service.submit(TextInput.of("text"), (model, outcome) -> {
                            assertThat(outcome).isInstanceOf(Outcome.Predicted.class);
                            return model.revision();
                        }));
                    }
                    for (CompletableFuture<String> answer : answers) {
                        revisions.add(answer.get(10, TimeUnit.SECONDS));
                    }
                }
                assertThat(service.model().revision()).isEqualTo(revision);
            }
            assertThat(revisions).contains("1").isSubsetOf("1", "2", "3", "4", "5");
            await(() -> closed.get() == 4);
            assertThat(service.statistics().swaps()).isEqualTo(4);
            assertThat(watch).isNotNull();
        }
        assertThat(closed).hasValue(5);
    }

    @Test
    void aRevisionThatCannotBeLoadedOrAnswerIsRefusedOnce() throws Exception {
        try (PredictionService service = PredictionService.acquire(OPTIONS, this::open);
                ModelWatch watch = ModelWatch.start(service, this::open, options -> found, INTERVAL)) {
            found = "unreadable";
            await(() -> opened.get() == 2);
            broken.set(true);
            found = "2";
            await(() -> closed.get() == 1);
            Thread.sleep(20 * INTERVAL.toMillis());
            assertThat(opened).as("not tried again").hasValue(3);
            assertThat(service.model().revision()).isEqualTo("1");
            broken.set(false);
            found = "3";
            await(() -> service.model().revision().equals("3"));
            found = "1";
            await(() -> service.model().revision().equals("1")); // the way back
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void anErrorWhileItLooksIsNotTheEndOfLooking() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        try (PredictionService service = PredictionService.acquire(OPTIONS, this::open);
                ModelWatch watch = ModelWatch.start(
                        service,
                        this::open,
                        options -> {
                            if (looks.incrementAndGet() == 1) {
                                throw new OutOfMemoryError("as asked");
                            }
                            return found;
                        },
                        INTERVAL)) {
            found = "2";
            await(() -> service.model().revision().equals("2"));
            assertThat(service.model().revision()).isEqualTo("2");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aModelOfAnotherTaskIsRefused() {
        try (PredictionService service = PredictionService.acquire(OPTIONS, this::open)) {
            TextModel other = FakeModel.echoing().withTask("rerank");
            assertThatThrownBy(() -> service.swap(other))
                    .hasMessage("the new model's task is rerank, expected text-classification as before");
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
