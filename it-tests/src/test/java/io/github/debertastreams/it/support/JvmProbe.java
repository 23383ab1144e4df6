package io.github.debertastreams.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What another JVM of this machine holds, as {@code jcmd} and {@code ps} say. */
public final class JvmProbe {

    private static final Pattern METASPACE = Pattern.compile("sun\\.gc\\.metaspace\\.used=(\\d+)");
    private static final Pattern HEAP = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");

    private final String pid;

    public JvmProbe(ChildProcess process) {
        this.pid = Long.toString(process.pid());
    }

    /** Objects of a class that are reachable, after a full collection. */
    public int reachable(String className) throws IOException, InterruptedException {
        Matcher line = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(className) + "(?: .*)?$")
                .matcher(jcmd("GC.class_histogram"));
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    /** Bytes of the heap that are reachable, after a full collection. */
    public long liveHeapBytes() throws IOException, InterruptedException {
        return number(HEAP, jcmd("GC.class_histogram"));
    }

    public long metaspaceBytes() throws IOException, InterruptedException {
        return number(METASPACE, jcmd("PerfCounter.print"));
    }

    public long residentBytes() throws IOException, InterruptedException {
        return 1024 * number(Pattern.compile("(\\d+)"), output("ps", "-o", "rss=", "-p", pid));
    }

    /** Different files of this name that are mapped, such as copies of a native library. */
    public long mapped(String fileName) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc", pid, "maps"))) {
            return maps.filter(line -> line.replace(" (deleted)", "").endsWith("/" + fileName))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .count();
        }
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        return output(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, command);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    private static long number(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("found no " + pattern + " in: " + output);
        }
        return Long.parseLong(matcher.group(1));
    }
}
