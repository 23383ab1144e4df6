package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The weights of a model directory, names to tensors, whatever the file's format. Close it once the weights are taken.
 *
 * <p>Names are the same for every checkpoint: Hugging Face's, without the prefix of the backbone.
 * {@code embeddings.word_embeddings.weight}, {@code encoder.layer.0.attention.self.in_proj.weight} and
 * {@code classifier.weight} are found whether the file says {@code deberta.embeddings…}, {@code bert.embeddings…},
 * {@code model.embeddings…} or nothing before, and {@code LayerNorm.gamma} and {@code beta} are {@code weight} and
 * {@code bias}. A tied tensor may be absent: {@link #has} tells.
 *
 * <p>Tensors are read one by one, from the mapped file into the one array that {@link #floats} returns, so that a model is never
 * in memory twice.
 */
public final class Checkpoint implements AutoCloseable {

    private static final String TENSORFLOW = "tf_model.h5";

    /** The files that are read, best first. */
    public static final List<String> FILES = List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json",
            TENSORFLOW);

    private static final String INDEX = ".index.json";

    /** The tensor that every DeBERTa has; what stands before it stands before the whole backbone. */
    private static final String LANDMARK = "embeddings.word_embeddings.weight";

    private static final List<String> PREFIXES = List.of("deberta.", "bert.", "model.", "");

    private final WeightsFile file;
    private final Path path;
    private final Map<String, String> nameInFile;

    private Checkpoint(WeightsFile file, Path path, Map<String, String> nameInFile) {
        this.file = file;
        this.path = path;
        this.nameInFile = nameInFile;
    }

    /**
     * Opens the weights of a model directory.
     *
     * @throws ModelException of kind {@code BUNDLE}, naming the files looked for when none is there
     */
    public static Checkpoint open(Path directory) {
        Path path = best(directory)
                .orElseThrow(() -> ModelException.bundle(directory + ": has no weights, looked for " + FILES));
        return of(openFile(path), path);
    }

    /**
     * The files that {@link #open} reads: one file, or an index and the shards that it names, there or not. Empty when a
     * directory has no weights.
     *
     * @throws ModelException of kind {@code BUNDLE} when an index is malformed
     */
    public static List<Path> files(Path directory) {
        List<Path> files = new ArrayList<>();
        best(directory).ifPresent(path -> {
            files.add(path);
            shards(path).forEach(shard -> files.add(path.resolveSibling(shard)));
        });
        return files;
    }

    /**
     * Names of the files beside an index that it names; none for a file that is no index.
     *
     * @throws ModelException of kind {@code BUNDLE} when the index is malformed
     */
    public static Set<String> shards(Path path) {
        return isIndex(path) ? ShardedFile.shards(path) : Set.of();
    }

    /** Every tensor's name. */
    public Set<String> names() {
        return Collections.unmodifiableSet(nameInFile.keySet());
    }

    public boolean has(String name) {
        return nameInFile.containsKey(name);
    }

    public TensorInfo info(String name) {
        return file.info(inFile(name));
    }

    /**
     * The tensor as floats, row-major, whatever floating type the file holds: a fresh array, the caller's own.
     *
     * @throws ModelException of kind {@code BUNDLE} when there is no such tensor or it has another shape
     */
    public float[] floats(String name, long... shape) {
        String inFile = inFile(name);
        file.info(inFile).requireShape(path.toString(), shape);
        return file.floats(inFile);
    }

    /**
     * A matrix, read from the mapped file row by row where that holds floats; it must not be read once the checkpoint is closed.
     *
     * @throws ModelException of kind {@code BUNDLE} when there is no such tensor or it has another shape
     */
    public MatrixRows rows(String name, int rows, int width) {
        String inFile = inFile(name);
        file.info(inFile).requireShape(path.toString(), rows, width);
        ByteBuffer mapped = file.mappedFloats(inFile);
        return MatrixRows.of(mapped == null ? FloatBuffer.wrap(file.floats(inFile)) : mapped.asFloatBuffer(), width);
    }

    /**
     * The tensor as little-endian floats, row-major, in direct memory: a view on the mapped file where that holds just these, which
     * outlives the checkpoint; else converted.
     *
     * @throws ModelException of kind {@code BUNDLE} when there is no such tensor or it has another shape
     */
    public ByteBuffer floatBytes(String name, long... shape) {
        String inFile = inFile(name);
        file.info(inFile).requireShape(path.toString(), shape);
        ByteBuffer mapped = file.mappedFloats(inFile);
        return mapped != null ? mapped : Elements.bytes(file.floats(inFile));
    }

    /** Floats as {@link #floatBytes} has them: little-endian, in direct memory. */
    public static ByteBuffer bytes(float[] values) {
        return Elements.bytes(values);
    }

    @Override
    public void close() {
        file.close();
    }

    private String inFile(String name) {
        String inFile = nameInFile.get(name);
        if (inFile == null) {
            throw ModelException.bundle(path + ": has no tensor '" + name + "'");
        }
        return inFile;
    }

    private static Optional<Path> best(Path directory) {
        return FILES.stream().map(directory::resolve).filter(Files::exists).findFirst();
    }

    private static boolean isIndex(Path path) {
        return path.toString().endsWith(INDEX);
    }

    private static WeightsFile openFile(Path path) {
        if (path.endsWith(TENSORFLOW)) {
            return openTensorFlow(path);
        }
        boolean torch = path.getFileName().toString().startsWith("pytorch_model");
        Function<Path, WeightsFile> format = torch ? TorchFile::open : SafetensorsFile::open;
        return isIndex(path) ? ShardedFile.open(path, format) : format.apply(path);
    }

    private static WeightsFile openTensorFlow(Path path) {
        try {
            return TensorFlowFile.open(path);
        } catch (NoClassDefFoundError e) { // an optional dependency
            throw new ModelException(
                    ModelException.Kind.BUNDLE,
                    path
                            + ": reading HDF5 needs io.jhdf:jhdf on the class path; add it, or convert the model to safetensors",
                    e);
        }
    }

    private static Checkpoint of(WeightsFile file, Path path) {
        try {
            return new Checkpoint(file, path, canonicalNames(file.names(), path));
        } catch (ModelException e) {
            file.close();
            throw e;
        }
    }

    /** Canonical names to the file's own. */
    private static Map<String, String> canonicalNames(Set<String> names, Path path) {
        String prefix = PREFIXES.stream()
                .filter(candidate -> names.contains(candidate + LANDMARK))
                .findFirst()
                .orElse("");
        Map<String, String> canonical = new LinkedHashMap<>();
        for (String name : names) {
            String bare = modernNormName(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
            String other = canonical.putIfAbsent(bare, name);
            if (other != null) {
                throw ModelException.bundle(
                        path + ": has '" + other + "' and '" + name + "', both of them '" + bare + "'");
            }
        }
        return canonical;
    }

    /** Checkpoints that came from TensorFlow's first models call the norms' parameters gamma and beta. */
    private static String modernNormName(String name) {
        if (name.endsWith(".gamma")) {
            return name.substring(0, name.length() - "gamma".length()) + "weight";
        }
        if (name.endsWith(".beta")) {
            return name.substring(0, name.length() - "beta".length()) + "bias";
        }
        return name;
    }
}
