package io.github.debertastreams.model.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this JVM was started. */
final class HotSpotOptions {

    private static final Logger log = LoggerFactory.getLogger(HotSpotOptions.class);

    private HotSpotOptions() {}

    /** An option's value; null if this JVM does not know it. */
    static @Nullable String value(String name) {
        try {
            return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(name)
                    .getValue();
        } catch (IllegalArgumentException | LinkageError e) { // another JVM than HotSpot, or one without jdk.management
            log.debug("no option {}", name, e);
            return null;
        }
    }
}
