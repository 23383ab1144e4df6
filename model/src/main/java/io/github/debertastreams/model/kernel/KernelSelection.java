package io.github.debertastreams.model.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels of this JVM, and says why when it is not the fast ones. */
final class KernelSelection {

    private static final Logger log = LoggerFactory.getLogger(Kernels.class);
    private static final String MODULE = "jdk.incubator.vector";
    private static final int OPTIMISING_LEVEL = 4;

    private static final Map<WeightFormat, Kernels> CHOSEN = choose();

    private KernelSelection() {}

    static Kernels of(WeightFormat weights) {
        return Objects.requireNonNull(CHOSEN.get(weights));
    }

    private static Map<WeightFormat, Kernels> choose() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            log.warn(
                    "Vector API not loaded: scalar kernels in use, several times slower. Start Java with --add-modules {}",
                    MODULE);
            return each(ScalarKernels::new);
        }
        String obstacle = obstacle();
        if (obstacle != null) {
            log.warn("{}: scalar kernels in use, several times slower", obstacle);
            return each(ScalarKernels::new);
        }
        return each(VectorKernels::new); // loaded only on this path, so a JVM without the module never meets its types
    }

    /** What keeps this JVM from compiling vector operations to instructions: each would make an object instead. */
    private static @Nullable String obstacle() {
        if (System.getProperty("java.vm.info", "").contains("interpreted mode")) {
            return "Java only interprets (-Xint)";
        }
        String level = HotSpotOptions.value("TieredStopAtLevel");
        if (level != null && Integer.parseInt(level) < OPTIMISING_LEVEL) {
            return "Java runs without its optimising compiler (-XX:TieredStopAtLevel=" + level + ")";
        }
        if ("false".equals(HotSpotOptions.value("UseFMA"))) {
            return "this processor has no fused multiply-add, or Java was told not to use it (-XX:-UseFMA)";
        }
        return VectorTiles.registersAreTooShort() ? "Java uses no vector registers (-XX:MaxVectorSize)" : null;
    }

    private static Map<WeightFormat, Kernels> each(Function<WeightFormat, Kernels> kernels) {
        Map<WeightFormat, Kernels> all = new EnumMap<>(WeightFormat.class);
        for (WeightFormat weights : WeightFormat.values()) {
            all.put(weights, kernels.apply(weights));
        }
        return all;
    }
}
