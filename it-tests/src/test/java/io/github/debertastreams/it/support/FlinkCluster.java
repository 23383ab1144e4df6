package io.github.debertastreams.it.support;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster, each process a JVM of its own as Flink's scripts start them, made of the ordinary artifacts on the class
 * path; the project's own and Kafka's are not on it, and so come from the job's jar.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);
    /** Submitting a job with a model, or a savepoint of one under load, on two cores. */
    private static final Duration CLIENT_DEADLINE = Duration.ofMinutes(2);

    private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
    private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
    private static final Pattern RESULT = Pattern.compile("BASH_JAVA_UTILS_EXEC_RESULT:(.*)");
    private static final String SYSTEM = "org.apache.flink.";
    private static final List<String> OPENED = List.of(
            "lang",
            "net",
            "io",
            "nio",
            "text",
            "time",
            "util",
            "util.concurrent",
            "util.concurrent.atomic",
            "util.concurrent.locks");
    private static final Pattern MODEL_LIBRARY =
            Pattern.compile("deberta-model-.*(?<!-tests)\\.jar|jackson-(core|databind|annotations)-.*\\.jar");
    private static final int MODEL_LIBRARIES = 4;
    private static final List<String> NOT_OF_FLINK = List.of(
            "deberta-",
            "flink-connector-kafka",
            "jackson-",
            "kafka",
            "scala-",
            "avro-",
            "jhdf-",
            "rocksdbjni-",
            "picocli-");

    private final Path folder;
    private final List<Path> lib;
    private final int restPort;
    private final List<String> taskManagerOptions;
    private final List<String> taskManagerArguments;
    private final Map<Integer, ChildProcess> taskManagers = new HashMap<>();
    private ChildProcess jobManager;
    private int started;

    private FlinkCluster(Path folder, List<Path> lib, int restPort, List<String> parameters) throws IOException {
        this.folder = folder;
        this.lib = lib;
        this.restPort = restPort;
        this.taskManagerOptions = List.of(parameters.get(0).split(" "));
        this.taskManagerArguments = List.of(parameters.get(1).split(" "));
        this.jobManager = launchJobManager();
    }

    /** Starts a JobManager and TaskManagers with one slot each, and waits until they know each other. */
    public static FlinkCluster start(Path folder, int taskManagers) throws IOException, InterruptedException {
        return start(folder, taskManagers, List.of(), List.of());
    }

    /** The same with these jars in its {@code lib/} and these lines in its configuration. */
    public static FlinkCluster start(Path folder, int taskManagers, List<Path> lib, List<String> settings)
            throws IOException, InterruptedException {
        Path absolute = folder.toAbsolutePath();
        Files.createDirectories(absolute.resolve("conf"));
        int restPort = freePort();
        List<String> config = new ArrayList<>(config(absolute, restPort, freePort()));
        config.addAll(settings);
        Files.write(absolute.resolve("conf/config.yaml"), config);
        FlinkCluster cluster = new FlinkCluster(absolute, lib, restPort, memoryParameters(absolute));
        for (int i = 0; i < taskManagers; i++) {
            cluster.startTaskManager(i);
        }
        cluster.awaitTaskManagers(taskManagers);
        return cluster;
    }

    /** SIGKILL, and another process in its place. */
    public void replaceTaskManager(int index) throws IOException {
        killTaskManager(index);
        startTaskManager(index);
    }

    public void killTaskManager(int index) {
        taskManager(index).kill();
    }

    public void startTaskManager(int index) throws IOException {
        taskManagers.put(
                index,
                launch(
                        "taskmanager-" + index,
                        SYSTEM + "runtime.taskexecutor.TaskManagerRunner",
                        taskManagerOptions,
                        withConfig(taskManagerArguments)));
    }

    public void replaceJobManager() throws IOException, InterruptedException {
        jobManager.kill();
        jobManager = launchJobManager();
        awaitTaskManagers(taskManagers.size());
    }

    public ChildProcess taskManager(int index) {
        ChildProcess process = taskManagers.get(index);
        if (process == null) {
            throw new IllegalArgumentException("no TaskManager " + index);
        }
        return process;
    }

    public ChildProcess jobManager() {
        return jobManager;
    }

    /** {@code flink run -d} with these arguments; returns the job's id. */
    public String run(String... arguments) throws IOException {
        return found(JOB_ID, flink(Stream.concat(Stream.of("run", "-d"), Arrays.stream(arguments))));
    }

    /** {@code flink stop}; returns the savepoint. */
    public String stopWithSavepoint(String job) throws IOException {
        return found(
                SAVEPOINT,
                flink(Stream.of(
                        "stop", "-p", folder.resolve("savepoints").toUri().toString(), job)));
    }

    /** The newest complete checkpoint of a job. */
    public String newestCheckpoint(String job) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("checkpoints").resolve(job))) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max((a, b) -> Integer.compare(number(a), number(b)))
                    .orElseThrow(() -> new IllegalStateException("job " + job + " has no checkpoint"))
                    .toUri()
                    .toString();
        }
    }

    /** The answer of the JobManager's REST interface. */
    public String rest(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + restPort + path))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    public void cancel(String job) throws IOException {
        flink(Stream.of("cancel", job));
    }

    /** {@code sql-client.sh} with the job's jar and these statements; returns what it printed. */
    public String sql(Path jar, String statements) throws IOException {
        Path script = Files.writeString(folder.resolve("statements-" + started + ".sql"), statements);
        ChildProcess client =
                client(SYSTEM + "table.client.SqlClient", List.of("-f", script.toString(), "-j", jar.toString()));
        client.await(CLIENT_DEADLINE);
        return Files.readString(client.log());
    }

    private ChildProcess client(String mainClass, List<String> arguments) throws IOException {
        return launch("client", mainClass, List.of("-Xmx256m"), arguments);
    }

    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        taskManagers.values().forEach(ChildProcess::close);
        jobManager.close();
    }

    private String flink(Stream<String> arguments) throws IOException {
        return output(client(SYSTEM + "client.cli.CliFrontend", arguments.toList()));
    }

    private ChildProcess launchJobManager() throws IOException {
        return launch(
                "jobmanager",
                SYSTEM + "runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                List.of("-Xmx400m"),
                withConfig(List.of()));
    }

    private ChildProcess launch(String name, String mainClass, List<String> options, List<String> arguments)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        OPENED.forEach(name1 -> all.add("--add-opens=java.base/java." + name1 + "=ALL-UNNAMED"));
        all.add("--add-modules=jdk.incubator.vector");
        all.add("-XX:+IgnoreUnrecognizedVMOptions");
        return ChildProcess.start(
                folder.resolve(name + "-" + started++ + ".log"),
                classPath(lib),
                all,
                Map.of("FLINK_CONF_DIR", folder.resolve("conf").toString(), "ORT_DISABLE_TELEMETRY", "1"),
                mainClass,
                arguments);
    }

    private List<String> withConfig(List<String> arguments) {
        return Stream.concat(Stream.of("--configDir", folder.resolve("conf").toString()), arguments.stream())
                .toList();
    }

    private static List<String> memoryParameters(Path folder) throws IOException {
        ChildProcess process = ChildProcess.start(
                folder.resolve("memory.log"),
                classPath(List.of()),
                List.of(),
                Map.of(),
                SYSTEM + "runtime.util.bash.BashJavaUtils",
                List.of(
                        "GET_TM_RESOURCE_PARAMS",
                        "--configDir",
                        folder.resolve("conf").toString()));
        List<String> found = new ArrayList<>();
        Matcher lines = RESULT.matcher(output(process));
        while (lines.find()) {
            found.add(lines.group(1).strip());
        }
        if (found.size() != 2) {
            throw new IllegalStateException("no memory parameters, see " + process.log());
        }
        return found;
    }

    private static String output(ChildProcess process) throws IOException {
        int status = process.await(CLIENT_DEADLINE);
        String output = Files.readString(process.log());
        if (status != 0) {
            throw new IllegalStateException("exit status " + status + ", see " + process.log());
        }
        return output;
    }

    private static String found(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("found no " + pattern + " in: " + output);
        }
        return matcher.group(1);
    }

    private void awaitTaskManagers(int count) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!rest("/overview").contains("\"taskmanagers\":" + count)) {
            if (System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException("no " + count + " TaskManagers after " + START + ", see " + folder);
            }
            Thread.sleep(200);
        }
    }

    private static String classPath(List<Path> lib) {
        Stream<String> flink = classPathJars()
                .filter(entry ->
                        NOT_OF_FLINK.stream().noneMatch(entry.getFileName().toString()::startsWith))
                .map(Path::toString);
        return Stream.concat(flink, lib.stream().map(Path::toString))
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static Stream<Path> classPathJars() {
        return Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of);
    }

    /** {@code deberta-model} and what it needs; ONNX Runtime and slf4j are there anyway. */
    public static List<Path> modelLibraries() {
        List<Path> found = classPathJars()
                .filter(jar ->
                        MODEL_LIBRARY.matcher(jar.getFileName().toString()).matches())
                .toList();
        if (found.size() != MODEL_LIBRARIES) {
            throw new IllegalStateException("expected " + MODEL_LIBRARIES + " jars, found " + found);
        }
        return found;
    }

    private static List<String> config(Path folder, int restPort, int rpcPort) {
        return List.of(
                "jobmanager.rpc.address: localhost",
                "jobmanager.rpc.port: " + rpcPort,
                "jobmanager.memory.process.size: 800m",
                "taskmanager.memory.process.size: 1100m",
                "taskmanager.memory.managed.size: 16m",
                "taskmanager.memory.network.min: 32m",
                "taskmanager.memory.network.max: 32m",
                "taskmanager.memory.jvm-metaspace.size: 160m",
                "taskmanager.memory.task.off-heap.size: 200m",
                "taskmanager.numberOfTaskSlots: 1",
                "taskmanager.host: localhost",
                "rest.port: " + restPort,
                "rest.address: localhost",
                "rest.bind-address: localhost",
                "execution.checkpointing.dir: " + folder.resolve("checkpoints").toUri(),
                "execution.checkpointing.num-retained: 3",
                "execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION",
                "state.backend.type: hashmap",
                "restart-strategy.type: fixed-delay",
                "restart-strategy.fixed-delay.attempts: 1000",
                "restart-strategy.fixed-delay.delay: 200 ms",
                "heartbeat.interval: 1000",
                "heartbeat.timeout: 6000",
                "io.tmp.dirs: " + folder.resolve("tmp"));
    }

    private static int number(Path checkpoint) {
        String name = String.valueOf(checkpoint.getFileName());
        return name.startsWith("chk-") ? Integer.parseInt(name.substring("chk-".length())) : -1;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
