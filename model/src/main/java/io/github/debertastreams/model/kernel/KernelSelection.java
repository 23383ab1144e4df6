package io.github.debertastreams.model.kernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels of this JVM, and says why when it is not the fast ones. */
final class KernelSelection {

    private static final Logger log = LoggerFactory.getLogger(Kernels.class);
    private static final String MODULE = "jdk.incubator.vector";

    static final Kernels CHOSEN = choose();

    private KernelSelection() {}

    private static Kernels choose() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            log.warn(
                    "Vector API not loaded: scalar kernels in use, several times slower. Start Java with --add-modules {}",
                    MODULE);
            return new ScalarKernels();
        }
        return new VectorKernels(); // loaded only on this path, so a JVM without the module never meets its types
    }
}
