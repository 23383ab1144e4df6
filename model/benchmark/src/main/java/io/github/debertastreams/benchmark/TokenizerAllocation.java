package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jol.info.GraphLayout;

/**
 * What one text costs in bytes: run with {@code -Djol.magicFieldOffset=true}, {@code -prof gc} and {@code -p model=DIR}. Before it begins it prints how many bytes the results
 * themselves hold, beside the text and the tokenizer: the difference is what was thrown away.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TokenizerAllocation {

    private static final String SENTENCE =
            "The encoder reads a sentence of about twenty tokens, and nothing but the answer should be allocated. ";

    @Param("")
    private String model = "";

    @Param({"1", "50"})
    private int sentences = 1;

    private String text = "";
    private @Nullable Tokenizer tokenizer;

    @Setup
    public void open() {
        tokenizer = Tokenizer.open(Path.of(model));
        text = SENTENCE.repeat(sentences);
        Encoding ids = ids();
        Encoding withOffsets = ids();
        withOffsets.charOffsets();
        GraphLayout known = GraphLayout.parseInstance(tokenizer, text, EncodeOptions.DEFAULT);
        System.out.printf(
                "the result holds %d bytes, with offsets %d%n",
                GraphLayout.parseInstance(ids).subtract(known).totalSize(),
                GraphLayout.parseInstance(withOffsets).subtract(known).totalSize());
    }

    @Benchmark
    public Encoding ids() {
        return opened().encode(text, null, EncodeOptions.DEFAULT);
    }

    @Benchmark
    public int[] offsets() {
        return opened().encode(text, null, EncodeOptions.DEFAULT).charOffsets();
    }

    private Tokenizer opened() {
        return Objects.requireNonNull(tokenizer, "opened");
    }
}
