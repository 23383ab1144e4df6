package io.github.debertastreams.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Instances of one processor, each a process with a state folder of its own, started again when they are taken down. */
public final class Fleet implements AutoCloseable {

    private final Path folder;
    private final String name;
    private final Class<?> mainClass;
    private final String bootstrapServers;
    private final Map<String, String> settings;
    private final List<ChildProcess> instances = new ArrayList<>();
    private int lives;

    public Fleet(
            Path folder,
            String name,
            Class<?> mainClass,
            String bootstrapServers,
            Map<String, String> settings,
            int instances)
            throws IOException {
        this.folder = folder;
        this.name = name;
        this.mainClass = mainClass;
        this.bootstrapServers = bootstrapServers;
        this.settings = settings;
        for (int i = 0; i < instances; i++) {
            this.instances.add(start(i));
        }
    }

    public String name() {
        return name;
    }

    public ChildProcess instance(int index) {
        return instances.get(index);
    }

    /** SIGKILL to one, and the same again. */
    public void killAndRestart(int index) throws IOException {
        instances.get(index).kill();
        instances.set(index, start(index));
    }

    /** SIGTERM to one, and the same again. */
    public void stopAndRestart(int index) throws IOException {
        stop(index);
        instances.set(index, start(index));
    }

    /** One more. */
    public void grow() throws IOException {
        instances.add(start(instances.size()));
    }

    /** SIGTERM to the last one. */
    public void shrink() {
        stop(instances.size() - 1);
        instances.remove(instances.size() - 1);
    }

    public void requireAlive() {
        for (ChildProcess instance : instances) {
            assertThat(instance.isAlive())
                    .as("%s, see %s", name, instance.log())
                    .isTrue();
        }
    }

    /** SIGTERM to all. */
    public void stopAll() {
        while (!instances.isEmpty()) {
            shrink();
        }
    }

    @Override
    public void close() {
        instances.forEach(ChildProcess::close);
    }

    private void stop(int index) {
        assertThat(instances.get(index).stop())
                .as("exit status of %s after SIGTERM", instances.get(index).log())
                .isEqualTo(128 + 15);
    }

    private ChildProcess start(int index) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("application.id", name);
        all.put("state.dir", folder.resolve(name + "-state-" + index).toString());
        Path config = ProcessorFile.write(folder, name + "-" + index, bootstrapServers, all);
        return ChildProcess.start(
                folder.resolve(name + "-" + index + "-life-" + lives++ + ".log"),
                mainClass.getName(),
                config.toString());
    }
}
