package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The weights of a model directory: names to tensors. Close it once the weights are taken. */
public final class Checkpoint implements AutoCloseable {

    /** The files that are read, best first. */
    public static final List<String> FILES = List.of("model.safetensors");

    private final SafetensorsFile file;
    private final String where;

    private Checkpoint(SafetensorsFile file, String where) {
        this.file = file;
        this.where = where;
    }

    /**
     * Opens the weights of a model directory.
     *
     * @throws ModelException of kind {@code BUNDLE}, naming the files looked for when none is there
     */
    public static Checkpoint open(Path directory) {
        for (String name : FILES) {
            Path path = directory.resolve(name);
            if (Files.exists(path)) {
                return new Checkpoint(SafetensorsFile.open(path), path.toString());
            }
        }
        throw ModelException.bundle(directory + ": has no weights, looked for " + FILES);
    }

    /** Every tensor's name. */
    public Set<String> names() {
        return file.names();
    }

    public boolean has(String name) {
        return file.names().contains(name);
    }

    public TensorInfo info(String name) {
        return file.info(name);
    }

    /** The tensor as floats, row-major, whatever floating type the file holds; refused when it has another shape. */
    public float[] floats(String name, long... shape) {
        if (!has(name)) {
            throw ModelException.bundle(where + ": has no tensor '" + name + "'");
        }
        info(name).requireShape(where, shape);
        return file.floats(name);
    }

    @Override
    public void close() {
        file.close();
    }
}
