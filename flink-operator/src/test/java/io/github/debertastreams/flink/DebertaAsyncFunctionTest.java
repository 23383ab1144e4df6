package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.flink.DebertaAsyncFunction.Output;
import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of texts that are taken back while they wait, with a model that is held in its first batch. */
@Timeout(60)
class DebertaAsyncFunctionTest {

    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Counted counted = new Counted();

    @Test
    void aTextWhoseTimeIsOverIsNotReadAndCountedOnce() throws Exception {
        DebertaAsyncFunction<String, Prediction> function = open("late");
        Result running = submit(function, "running");
        entered.await();
        Result queued = submit(function, "queued");
        function.timeout("running", running);
        function.timeout("queued", queued);
        gate.countDown();
        Result next = submit(function, "next");
        next.await();
        function.close();

        assertThat(List.of(running.kind(), queued.kind())).containsOnly(ErrorKind.TIMEOUT);
        assertThat(next.only().getResult()).isNotInstanceOf(PredictionError.class);
        assertThat(batches).containsExactly(List.of("running"), List.of("next"));
        assertThat(counted.records.getCount()).isEqualTo(3);
    }

    @Test
    void aPredictionThatHasJustComeIsNoTimeout() throws Exception {
        gate.countDown();
        DebertaAsyncFunction<String, Prediction> function = open("just");
        Result result = submit(function, "text");
        result.await();
        function.timeout("text", result);
        function.close();

        assertThat(result.only().getResult()).isNotInstanceOf(PredictionError.class);
        assertThat(counted.records.getCount()).isEqualTo(1);
    }

    @Test
    void aSubtaskThatEndsTakesItsTextsFromTheSharedModel() throws Exception {
        DebertaAsyncFunction<String, Prediction> staying = open("shared");
        DebertaAsyncFunction<String, Prediction> ending = open("shared");
        Result running = submit(staying, "running");
        entered.await();
        Result taken = submit(ending, "taken");
        Result kept = submit(staying, "kept");
        ending.close();
        gate.countDown();
        running.await();
        kept.await();
        staying.close();

        assertThat(taken.all).isEmpty();
        assertThat(batches).containsExactly(List.of("running"), List.of("kept"));
    }

    private DebertaAsyncFunction<String, Prediction> open(String name) {
        PredictOptions options =
                PredictOptions.from(Map.of("model", "no-such-directory/function-" + name, "workers", "1"));
        Output<String, Prediction> output = new Output<>((value, made) -> made, PredictionSerializer.TYPE);
        DebertaAsyncFunction<String, Prediction> function =
                new DebertaAsyncFunction<>(SourceText::of, options, any -> model(), output);
        function.setRuntimeContext(new MockStreamingRuntimeContext(1, 0) {
            @Override
            public OperatorMetricGroup getMetricGroup() {
                return new InterceptingOperatorMetricGroup() {
                    @Override
                    public MetricGroup addGroup(String group) {
                        return counted;
                    }
                };
            }
        });
        function.open(DefaultOpenContext.INSTANCE);
        return function;
    }

    private FakeModel model() {
        return FakeModel.echoing().whileInferring(FakeModel.behind(entered, gate, batches::add));
    }

    private static Result submit(DebertaAsyncFunction<String, Prediction> function, String text) {
        Result result = new Result();
        function.asyncInvoke(text, result);
        return result;
    }

    /** What a record's result is completed with, however often. */
    private static final class Result implements ResultFuture<Prediction> {

        private final List<Prediction> all = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch complete = new CountDownLatch(1);

        @Override
        public void complete(Collection<Prediction> result) {
            all.addAll(result);
            complete.countDown();
        }

        @Override
        public void completeExceptionally(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void complete(CollectionSupplier<Prediction> supplier) {
            throw new UnsupportedOperationException();
        }

        void await() throws InterruptedException {
            assertThat(complete.await(10, TimeUnit.SECONDS)).isTrue();
        }

        Prediction only() {
            assertThat(all).hasSize(1);
            return all.get(0);
        }

        ErrorKind kind() {
            return ((PredictionError) only().getResult()).getKind();
        }
    }

    /** Keeps the counter of records. */
    private static final class Counted extends UnregisteredMetricsGroup {

        private Counter records = counter("none");

        @Override
        public <C extends Counter> C counter(String name, C counter) {
            if (name.equals("totalRecordsProcessed")) {
                records = counter;
            }
            return counter;
        }
    }
}
