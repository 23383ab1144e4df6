package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.LabelScore;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessAllWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DebertaStreamsTest {

    private static final String MODEL = "../model/demo/intents";
    private static final List<String> WORDS =
            List.of("My card has not arrived yet", "transfer", "what is the exchange rate of the euro today, please?");
    private static final int COUNT = 300;

    private static final Trace TRACE = new Trace();

    private final StreamExecutionEnvironment env = environment(2, new Configuration());

    @BeforeEach
    void noFakeIsOpen() {
        TRACE.reset();
    }

    @Test
    void predictsEveryTextOfABoundedStreamAsTheModelDoes() throws Exception {
        List<String> texts = texts();
        PredictOptions options = demo(Map.of("batch.linger.ms", "50"));
        List<Prediction> predictions =
                collect(DebertaStreams.predict(records(env, texts), DebertaStreamsTest::read, options));

        assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrderElementsOf(ids(texts.size()));
        assertThat(predictions)
                .anySatisfy(prediction ->
                        assertThat(prediction.getTimings().getBatchSize()).isGreaterThan(16));
        try (NlpModel model = NlpModel.open(ModelOptions.of(Path.of(MODEL)))) {
            PredictionMapper mapper = new PredictionMapper(ModelInfo.of(model));
            List<TextInput> inputs = texts.stream().map(TextInput::of).toList();
            List<Prediction> expected = model.predict(inputs).stream()
                    .map(outcome -> mapper.toAvro("", outcome, Instant.EPOCH))
                    .toList();
            for (Prediction prediction : predictions) {
                assertSameResult(prediction, expected.get(Integer.parseInt(prediction.getId())));
            }
        }
    }

    @Test
    void keepsTheRecordsOrderWhereAskedTo() throws Exception {
        PredictOptions options =
                demo(Map.of("order", "ordered", "workers", "2", "batch.max.records", "3", "capacity", "24"));
        DataStream<String> records = records(env, texts());
        List<Prediction> predictions = collect(DebertaStreams.predict(records, DebertaStreamsTest::read, options)
                .setParallelism(1));

        assertThat(predictions).extracting(Prediction::getId).containsExactlyElementsOf(ids(COUNT));
    }

    @Test
    void anEmptyTextALoneSurrogateAndAMegabyteHaveAResultEach() throws Exception {
        List<Prediction> predictions = collect(DebertaStreams.predict(
                records(env, List.of("", "\uD83D", "card ".repeat(200_000), "fine")),
                DebertaStreamsTest::read,
                demo(Map.of())));

        assertThat(predictions)
                .hasSize(4)
                .allSatisfy(prediction -> assertThat(prediction.getResult()).isInstanceOf(ClassificationResult.class));
    }

    @Test
    void whatCannotBeReadIsAnErrorAndItsNeighboursAreNotAffected() throws Exception {
        DataStream<String> records = records(env, List.of("refuse", "none", "throw", "fine"));
        List<Prediction> predictions =
                collect(DebertaStreams.predict(records, DebertaStreamsTest::read, fake("poison"), open -> fake(0)));

        assertThat(predictions)
                .extracting(DebertaStreamsTest::kind)
                .containsExactlyInAnyOrder(
                        ErrorKind.INVALID_INPUT.name(), ErrorKind.NO_TEXT.name(), ErrorKind.UNDECODABLE.name(), "");
        assertThat(TRACE.open).hasValue(0);
    }

    @Test
    void errorsGoToASideOutput() throws Exception {
        DataStream<String> records = records(env, List.of("refuse", "none", "fine", "fine"));
        SingleOutputStreamOperator<Prediction> results = DebertaStreams.splitErrors(
                DebertaStreams.predict(records, DebertaStreamsTest::read, fake("split"), open -> fake(0)));
        CloseableIterator<Prediction> errors =
                results.getSideOutput(DebertaStreams.ERRORS).collectAsync();

        assertThat(collect(results)).extracting(Prediction::getId).containsExactlyInAnyOrder("2", "3");
        assertThat(errors)
                .toIterable()
                .extracting(DebertaStreamsTest::kind)
                .containsExactlyInAnyOrder(ErrorKind.INVALID_INPUT.name(), ErrorKind.NO_TEXT.name());
    }

    @Test
    void eventTimeAndWatermarksStay() throws Exception {
        env.getConfig().enableObjectReuse();
        DataStream<String> timed = records(env, texts())
                .assignTimestampsAndWatermarks(WatermarkStrategy.<String>forMonotonousTimestamps()
                        .withTimestampAssigner(
                                (value, none) -> Long.parseLong(value.substring(0, value.indexOf('|')))));
        List<Integer> inWindows = new ArrayList<>();
        try (CloseableIterator<Integer> counts = DebertaStreams.predict(
                        timed, DebertaStreamsTest::read, fake("timed"), open -> fake(1))
                .windowAll(TumblingEventTimeWindows.of(Duration.ofMillis(100)))
                .process(new CountOwn(), Types.INT)
                .executeAndCollect()) {
            counts.forEachRemaining(inWindows::add);
        }

        assertThat(inWindows).containsExactly(100, 100, 100);
    }

    /** Counts the predictions whose id is a time in their window. */
    private static final class CountOwn extends ProcessAllWindowFunction<Prediction, Integer, TimeWindow> {
        @Override
        public void process(Context context, Iterable<Prediction> predictions, Collector<Integer> out) {
            int own = 0;
            for (Prediction prediction : predictions) {
                long time = Long.parseLong(prediction.getId());
                if (time >= context.window().getStart()
                        && time < context.window().getEnd()) {
                    own++;
                }
            }
            out.collect(own);
        }
    }

    @Test
    void aTextThatWaitsTooLongIsAnError() throws Exception {
        PredictOptions options = fake("slow").withTimeout(Duration.ofMillis(100));
        List<Prediction> predictions = collect(DebertaStreams.predict(
                records(env, List.of("a", "b")), DebertaStreamsTest::read, options, open -> fake(3_000)));

        assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrder("0", "1");
        assertThat(predictions)
                .allSatisfy(prediction -> assertThat(prediction.getResult())
                        .isEqualTo(new PredictionError(ErrorKind.TIMEOUT, "no prediction within 100 ms")));
        assertThat(TRACE.open).hasValue(0);
    }

    @Test
    void aSlowModelAndAFullCapacityLoseNothing() throws Exception {
        for (String order : List.of("ordered", "unordered")) {
            PredictOptions options = PredictOptions.from(Map.of(
                    "model", "no-such-directory/full-" + order,
                    "workers", "1",
                    "batch.max.records", "2",
                    "capacity", "4",
                    "order", order));
            List<Prediction> predictions = collect(
                    DebertaStreams.predict(records(env, texts()), DebertaStreamsTest::read, options, open -> fake(4)));

            assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrderElementsOf(ids(COUNT));
            assertThat(predictions).extracting(DebertaStreamsTest::kind).containsOnly("");
        }
        assertThat(TRACE.open).hasValue(0);
    }

    @Test
    void underAFullCapacityEachRecordHasAResultOrATimeout() throws Exception {
        for (String order : List.of("ordered", "unordered")) {
            PredictOptions options = PredictOptions.from(Map.of(
                    "model", "no-such-directory/late-" + order,
                    "workers", "1",
                    "batch.max.records", "4",
                    "capacity", "16",
                    "timeout.ms", "90",
                    "order", order));
            List<Prediction> predictions = collect(
                    DebertaStreams.predict(records(env, texts()), DebertaStreamsTest::read, options, open -> fake(25)));

            assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrderElementsOf(ids(COUNT));
            assertThat(predictions)
                    .extracting(DebertaStreamsTest::kind)
                    .containsOnly("", ErrorKind.TIMEOUT.name())
                    .contains("", ErrorKind.TIMEOUT.name());
        }
        assertThat(TRACE.open).hasValue(0);
    }

    @Test
    void theEndOfABoundedInputFlushesABatchThatWaits() throws Exception {
        PredictOptions options = PredictOptions.from(
                Map.of("model", "no-such-directory/lingering", "workers", "1", "batch.linger.ms", "500"));
        List<Prediction> predictions = collect(DebertaStreams.predict(
                records(env, List.of("a", "b", "c")), DebertaStreamsTest::read, options, open -> fake(0)));

        assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrder("0", "1", "2");
    }

    @Test
    void aFailingModelFailsTheJob() {
        TRACE.failAfter.set(0);
        DataStream<String> records = records(env, List.of("a"));

        assertThatThrownBy(() -> collect(
                        DebertaStreams.predict(records, DebertaStreamsTest::read, fake("failing"), open -> fake(0))))
                .hasStackTraceContaining("failed as asked");
        assertThat(TRACE.open).hasValue(0);
    }

    @Test
    void aRestartedJobGoesOnFromItsCheckpointAndPredictsEveryRecordOnce() throws Exception {
        TRACE.failAfter.set(240);
        Configuration restarting = new Configuration();
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment checkpointing = environment(1, restarting);
        checkpointing.enableCheckpointing(50);
        PredictOptions options = PredictOptions.from(Map.of(
                "model", "no-such-directory/restarted", "workers", "1", "batch.max.records", "4", "capacity", "8"));
        List<Prediction> predictions = collect(DebertaStreams.predict(
                records(checkpointing, texts()), DebertaStreamsTest::read, options, open -> fake(20)));

        assertThat(predictions).extracting(Prediction::getId).containsExactlyInAnyOrderElementsOf(ids(COUNT));
        assertThat(TRACE.failAfter).as("it has failed").hasValue(Integer.MAX_VALUE);
        assertThat(TRACE.texts)
                .as("from its start it would have been 500 texts")
                .hasValueBetween(COUNT, COUNT + 180);
        assertThat(TRACE.open).hasValue(0);
    }

    private static StreamExecutionEnvironment environment(int parallelism, Configuration configuration) {
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    }

    private static List<String> texts() {
        return IntStream.range(0, COUNT)
                .mapToObj(i -> WORDS.get(i % WORDS.size()) + " " + i)
                .toList();
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /** Records as "id|text". */
    private static DataStream<String> records(StreamExecutionEnvironment env, List<String> texts) {
        return env.fromData(IntStream.range(0, texts.size())
                .mapToObj(i -> i + "|" + texts.get(i))
                .toList());
    }

    private static @Nullable SourceText read(String value) {
        int bar = value.indexOf('|');
        String text = value.substring(bar + 1);
        return switch (text) {
            case "none" -> null;
            case "throw" -> throw new IllegalArgumentException("unreadable as asked");
            default -> SourceText.of(value.substring(0, bar), text);
        };
    }

    private static PredictOptions demo(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(more);
        options.put("model", MODEL);
        return PredictOptions.from(options);
    }

    /** Options of a fake: the name keeps the services of two tests apart. */
    private static PredictOptions fake(String name) {
        return PredictOptions.of("no-such-directory/" + name);
    }

    /** What all fakes of a test have in common. */
    private static final class Trace {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger texts = new AtomicInteger();
        /** The batch that would exceed this many texts fails; the next one does not. */
        final AtomicInteger failAfter = new AtomicInteger(Integer.MAX_VALUE);

        void reset() {
            open.set(0);
            texts.set(0);
            failAfter.set(Integer.MAX_VALUE);
        }

        void infer(int count, long millis) {
            if (texts.get() + count > failAfter.get()) {
                failAfter.set(Integer.MAX_VALUE);
                throw new ModelException(ModelException.Kind.BACKEND, "failed as asked");
            }
            texts.addAndGet(count);
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new ModelException(ModelException.Kind.BACKEND, "interrupted", e);
            }
        }
    }

    private static FakeModel fake(long inferMillis) {
        TRACE.open.incrementAndGet();
        return FakeModel.answering("fake")
                .whileInferring(texts -> TRACE.infer(texts.size(), inferMillis))
                .whenClosed(TRACE.open::decrementAndGet);
    }

    private static List<Prediction> collect(DataStream<Prediction> predictions) throws Exception {
        List<Prediction> all = new ArrayList<>();
        try (CloseableIterator<Prediction> iterator = predictions.executeAndCollect()) {
            iterator.forEachRemaining(all::add);
        }
        return all;
    }

    private static String kind(Prediction prediction) {
        return prediction.getResult() instanceof PredictionError error
                ? error.getKind().name()
                : "";
    }

    private static void assertSameResult(Prediction actual, Prediction expected) {
        LabelScore found =
                ((ClassificationResult) actual.getResult()).getLabels().get(0);
        LabelScore wanted =
                ((ClassificationResult) expected.getResult()).getLabels().get(0);
        assertThat(found.getLabel()).isEqualTo(wanted.getLabel());
        assertThat(found.getScore()).isCloseTo(wanted.getScore(), within(1e-6));
        assertThat(actual.getTokenCount()).isEqualTo(expected.getTokenCount());
    }
}
