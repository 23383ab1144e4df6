package io.github.debertastreams.flink.benchmark;

import io.github.debertastreams.schemas.Prediction;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A bounded job of a MiniCluster in this JVM, with checkpoints: from a source that never waits to nowhere. */
final class BenchJob {

    /** What comes out before this share of the records is warm-up. */
    private static final double WARM = 0.2;

    private static final int CHECKPOINT_MILLIS = 1_000;

    private BenchJob() {}

    /** Records a second. */
    static double throughput(
            String[] texts, int parallelism, Function<DataStream<String>, DataStream<Prediction>> predict)
            throws Exception {
        Arrivals.start((int) (WARM * texts.length));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, new Configuration());
        env.enableCheckpointing(CHECKPOINT_MILLIS);
        DataStream<String> source = env.fromSequence(0, texts.length - 1L)
                .map(index -> texts[index.intValue()])
                .returns(Types.STRING);
        predict.apply(source).filter(new Arrivals<>()).sinkTo(new DiscardingSink<>());
        env.execute();
        if (Arrivals.seen() != texts.length) {
            throw new IllegalStateException(Arrivals.seen() + " predictions of " + texts.length + " records came out");
        }
        return Arrivals.perSecond();
    }
}
