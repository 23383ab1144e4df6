package io.github.debertastreams.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Weights cut into several files, found through an index: {@code {"metadata": {"total_size": …}, "weight_map": {tensor: file}}}.
 *
 * <p>A shard is a plain file name beside the index; whatever could lead elsewhere is refused. Every tensor of the map must be in
 * its file. {@code total_size} counts bytes, tied tensors once or twice by the writer's version, so that only a total above what
 * the shards hold is a fault: something is missing.
 */
final class ShardedFile implements WeightsFile {

    /** A map of some thousand names has less than one megabyte. */
    private static final long MAX_INDEX_BYTES = 16 << 20;

    private static final int MAX_SHARDS = 1000;
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,254}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Path index;
    private final Map<String, WeightsFile> fileOf;
    private final Map<String, WeightsFile> shards;

    private ShardedFile(Path index, Map<String, WeightsFile> fileOf, Map<String, WeightsFile> shards) {
        this.index = index;
        this.fileOf = fileOf;
        this.shards = shards;
    }

    /**
     * Opens an index and every shard that it names.
     *
     * @param opener opens one shard
     * @throws ModelException of kind {@code BUNDLE} when the index is malformed, or a shard or tensor is missing
     */
    static ShardedFile open(Path index, Function<Path, WeightsFile> opener) {
        Map<String, WeightsFile> shards = new TreeMap<>();
        try {
            JsonNode root = read(index);
            Map<String, String> shardOf = shardOf(index, root);
            Map<String, WeightsFile> fileOf = new LinkedHashMap<>();
            shardOf.forEach((tensor, shard) -> {
                WeightsFile file = shards.get(shard);
                if (file == null) {
                    file = openShard(index, shard, opener);
                    shards.put(shard, file);
                }
                if (!file.names().contains(tensor)) {
                    throw malformed(index, "'" + tensor + "' is not in " + shard + ", where weight_map has it");
                }
                fileOf.put(tensor, file);
            });
            checkTotal(index, root.path("metadata").path("total_size"), fileOf);
            return new ShardedFile(index, fileOf, shards);
        } catch (ModelException e) {
            shards.values().forEach(WeightsFile::close);
            throw e;
        }
    }

    /** Names of the files that an index names. */
    static Set<String> shards(Path index) {
        return new LinkedHashSet<>(shardOf(index, read(index)).values());
    }

    @Override
    public Set<String> names() {
        return fileOf.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return file(name).info(name);
    }

    @Override
    public float[] floats(String name) {
        return file(name).floats(name);
    }

    @Override
    public @Nullable ByteBuffer mappedFloats(String name) {
        return file(name).mappedFloats(name);
    }

    @Override
    public void close() {
        shards.values().forEach(WeightsFile::close);
    }

    private WeightsFile file(String name) {
        WeightsFile file = fileOf.get(name);
        if (file == null) {
            throw ModelException.bundle(index + ": has no tensor '" + name + "'");
        }
        return file;
    }

    private static JsonNode read(Path index) {
        try {
            long size = Files.size(index);
            if (size > MAX_INDEX_BYTES) {
                throw malformed(index, "has " + size + " bytes, expected at most " + MAX_INDEX_BYTES);
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(index));
            if (root == null || !root.isObject()) {
                throw malformed(index, "is not a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, index + ": is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, index + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Tensors to plain file names. */
    private static Map<String, String> shardOf(Path index, JsonNode root) {
        JsonNode map = root.path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw malformed(index, "weight_map is " + describe(map) + ", expected an object of tensors and files");
        }
        Map<String, String> shardOf = new LinkedHashMap<>();
        Set<String> shards = new HashSet<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String shard = shardName(index, entry.getKey(), entry.getValue());
            shardOf.put(entry.getKey(), shard);
            if (shards.add(shard) && shards.size() > MAX_SHARDS) {
                throw malformed(index, "names more than " + MAX_SHARDS + " files");
            }
        }
        return shardOf;
    }

    private static String shardName(Path index, String tensor, JsonNode node) {
        String name = node.asText();
        if (!node.isTextual() || !PLAIN_NAME.matcher(name).matches() || name.contains("..")) {
            throw malformed(
                    index, "weight_map has " + describe(node) + " for '" + tensor + "', expected a plain file name");
        }
        return name;
    }

    private static WeightsFile openShard(Path index, String shard, Function<Path, WeightsFile> opener) {
        Path path = index.resolveSibling(shard);
        if (!Files.isRegularFile(path)) {
            throw ModelException.bundle(index + ": names " + shard + ", and there is no such file beside it");
        }
        return opener.apply(path);
    }

    private static void checkTotal(Path index, JsonNode total, Map<String, WeightsFile> fileOf) {
        long bytes = 0;
        for (Map.Entry<String, WeightsFile> entry : fileOf.entrySet()) {
            bytes += entry.getValue().info(entry.getKey()).byteLength();
        }
        if (total.isNumber() && !(total.doubleValue() <= bytes)) {
            throw malformed(
                    index,
                    "total_size is " + total + ", the tensors of its shards have " + bytes + " bytes: is one cut?");
        }
    }

    private static String describe(JsonNode node) {
        if (node.isMissingNode()) {
            return "missing";
        }
        String text = node.isContainerNode() ? node.getNodeType().toString() : node.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private static ModelException malformed(Path index, String found) {
        return ModelException.bundle(index + ": not a sound index of shards: " + found);
    }
}
