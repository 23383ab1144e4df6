package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fuzzer's seeds, what it once found, and a few thousand changes of the seeds, always the same ones. */
class FuzzReplayTest {

    private static final int CHANGES = 2_000;

    @ParameterizedTest
    @EnumSource(FuzzTarget.Kind.class)
    void nothingButAModelExceptionComesOfAnyBytes(FuzzTarget.Kind kind) throws IOException {
        List<byte[]> seeds = kind.seeds.get();
        assertThat(seeds).isNotEmpty();
        for (byte[] seed : seeds) {
            kind.run(seed);
            Random random = new Random(42);
            for (int i = 0; i < CHANGES; i++) {
                byte[] changed = change(seed, random);
                assertThatCode(() -> kind.run(changed))
                        .as("%s, change %d", kind, i)
                        .doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FuzzTarget.Kind.class)
    void whatTheFuzzerFoundIsMended(FuzzTarget.Kind kind) throws IOException {
        Path folder = kind.found();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    byte[] bytes = Files.readAllBytes(file);
                    assertThatCode(() -> kind.run(bytes)).as(file.toString()).doesNotThrowAnyException();
                }
            }
        }
    }

    /** One to eight bytes changed, or the end cut off, or a stretch doubled. */
    private static byte[] change(byte[] seed, Random random) {
        byte[] changed = seed.clone();
        switch (random.nextInt(4)) {
            case 0 -> changed = java.util.Arrays.copyOf(changed, random.nextInt(seed.length + 1));
            case 1 -> {
                int at = random.nextInt(seed.length);
                int length = random.nextInt(Math.min(64, seed.length - at) + 1);
                changed = new byte[seed.length + length];
                System.arraycopy(seed, 0, changed, 0, at + length);
                System.arraycopy(seed, at, changed, at + length, seed.length - at);
            }
            default -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    int value = random.nextInt(4) == 0 ? 0xff : random.nextInt(256);
                    changed[random.nextInt(changed.length)] = (byte) value;
                }
            }
        }
        return changed;
    }
}
