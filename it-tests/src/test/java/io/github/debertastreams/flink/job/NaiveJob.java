package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.DebertaStreams;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** The obvious way to batch in Flink, and a lossy one: a list in a function. A checkpoint covers records that are still in the list. */
public final class NaiveJob {

    public static final int BATCH = 32;

    private NaiveJob() {}

    public static void main(String[] arguments) throws Exception {
        JobConfig config = JobConfig.from(read(arguments[1]));
        KafkaEnds ends = new KafkaEnds(config);
        Rule rule = config.rules().get(0);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(config.checkpoints().toMillis());
        ends.source(env, rule.input().topic())
                .flatMap(new NaiveBatch(rule))
                .flatMap(new RouteFunction(rule, config.kafka().requestLimit()))
                .returns(KafkaRecord.TYPE)
                .sinkTo(ends.sink());
        env.execute(config.name());
    }

    private static Properties read(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            properties.load(in);
        }
        return properties;
    }

    /** Predicts when the list is full. */
    private static final class NaiveBatch extends RichFlatMapFunction<KafkaRecord, Tuple2<KafkaRecord, Prediction>>
            implements ResultTypeQueryable<Tuple2<KafkaRecord, Prediction>> {

        private static final long serialVersionUID = 1;
        private final Rule rule;
        private transient @Nullable NlpModel model;
        private transient @Nullable List<KafkaRecord> buffer;

        NaiveBatch(Rule rule) {
            this.rule = rule;
        }

        @Override
        public void open(OpenContext context) {
            model = NlpModel.open(rule.modelOptions());
            buffer = new ArrayList<>();
        }

        @Override
        public void flatMap(KafkaRecord record, Collector<Tuple2<KafkaRecord, Prediction>> out) {
            if (model == null || buffer == null) {
                throw new IllegalStateException("not open");
            }
            buffer.add(record);
            if (buffer.size() < BATCH) {
                return;
            }
            PredictionMapper mapper = new PredictionMapper(ModelInfo.of(model));
            List<Outcome> outcomes =
                    model.predict(buffer.stream().map(NaiveBatch::input).toList());
            for (int i = 0; i < outcomes.size(); i++) {
                Prediction prediction = mapper.toAvro(buffer.get(i).place().toString(), outcomes.get(i), Instant.now());
                out.collect(Tuple2.of(buffer.get(i), prediction));
            }
            buffer.clear();
        }

        @Override
        public TypeInformation<Tuple2<KafkaRecord, Prediction>> getProducedType() {
            return new TupleTypeInfo<>(KafkaRecord.TYPE, DebertaStreams.predictionType());
        }

        private static TextInput input(KafkaRecord record) {
            byte[] value = record.value();
            return TextInput.of(value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
    }
}
