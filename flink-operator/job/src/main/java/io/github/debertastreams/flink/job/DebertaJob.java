package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.DebertaStreams;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.rules.Rule;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * {@code flink run deberta-flink-job.jar --config rules.properties}: from Kafka's topics through models to topics, by the rules of
 * the file. What can be checked is checked before the job is submitted.
 */
public final class DebertaJob {

    private static final String USAGE = "usage: --config FILE, a file here or in a file system of Flink";

    private final JobConfig config;

    private DebertaJob(JobConfig config) {
        this.config = config;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            throw new IllegalArgumentException(USAGE);
        }
        DebertaJob job = new DebertaJob(JobConfig.from(read(arguments[1])));
        job.config.rules().forEach(rule -> rule.output().check());
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        job.build(env);
        env.execute(job.config.name());
    }

    /** The graph of a configuration. */
    static void build(JobConfig config, StreamExecutionEnvironment env) {
        new DebertaJob(config).build(env);
    }

    private static Properties read(String file) throws IOException {
        Path path = new Path(file);
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(path.getFileSystem().open(path), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }

    private void build(StreamExecutionEnvironment env) {
        checkpoint(env);
        KafkaEnds ends = new KafkaEnds(config);
        Map<String, DataStream<KafkaRecord>> topics = new HashMap<>();
        DataStream<KafkaRecord> all = null;
        for (Rule rule : config.rules()) {
            DataStream<KafkaRecord> records =
                    topics.computeIfAbsent(rule.input().topic(), topic -> ends.source(env, topic));
            all = union(all, route(rule, records, config.kafka().requestLimit()));
        }
        if (all != null) {
            all.sinkTo(ends.sink()).name("predictions").uid("sink");
        }
    }

    private static DataStream<KafkaRecord> union(@Nullable DataStream<KafkaRecord> all, DataStream<KafkaRecord> more) {
        return all == null ? more : all.union(more);
    }

    /** What a rule makes of records. */
    static DataStream<KafkaRecord> route(Rule rule, DataStream<KafkaRecord> records, RequestLimit limit) {
        RecordExtractor extractor = new RecordExtractor(rule.input().extractor());
        return DebertaStreams.predictBeside(records, extractor, JobConfig.predictOptions(rule))
                .name("DeBERTa: " + rule.name())
                .uid("predict-" + rule.name())
                .flatMap(new RouteFunction(rule, limit))
                .returns(KafkaRecord.TYPE)
                .name("route: " + rule.name())
                .uid("route-" + rule.name());
    }

    /** The file's settings; what the cluster or the command line says of retention is left. */
    private void checkpoint(StreamExecutionEnvironment env) {
        env.enableCheckpointing(config.checkpoints().toMillis());
        Configuration retention = new Configuration();
        retention.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                env.getConfiguration()
                        .getOptional(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)
                        .orElse(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION));
        env.configure(retention);
    }
}
