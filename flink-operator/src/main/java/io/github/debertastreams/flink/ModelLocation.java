package io.github.debertastreams.flink;

import io.github.debertastreams.model.error.ModelException;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where a model is: {@code cache:NAME}, a directory of Flink's distributed cache; {@code jar:FOLDER}, in the job's jar;
 * {@code SCHEME://…}, in a file system of Flink; anything else, a directory of the TaskManager or a name on a hub.
 *
 * @param cache the distributed cache: from a name to a directory
 * @param classes where the job's jar is
 */
public record ModelLocation(Function<String, File> cache, ClassLoader classes) {

    private static final String MODEL = "model";
    private static final String CACHE = "cache:";
    private static final String JAR = "jar:";
    private static final String CONFIG = "config.json";
    private static final Pattern FILE_SYSTEM = Pattern.compile("[a-z][a-z0-9+.-]+://.*");

    /**
     * The same options with a model that is on this machine, fetched first where it is elsewhere.
     *
     * @throws ModelException of kind {@code BUNDLE} where there is none, or it cannot be fetched
     */
    public Map<String, String> local(Map<String, String> options) {
        String model = options.getOrDefault(MODEL, "");
        Map<String, String> local = new HashMap<>(options);
        try {
            local.put(MODEL, local(model));
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, "model '" + model + "' cannot be fetched: " + e.getMessage(), e);
        }
        return local;
    }

    /** Whether a model is in the distributed cache, which not every function of Flink knows. */
    public static boolean isCached(String model) {
        return model.startsWith(CACHE);
    }

    private String local(String model) throws IOException {
        if (isCached(model)) {
            return cache.apply(model.substring(CACHE.length())).getPath();
        }
        if (model.startsWith(JAR)) {
            return inJar(model.substring(JAR.length()));
        }
        return FILE_SYSTEM.matcher(model).matches() ? inFileSystem(new Path(model)) : model;
    }

    private static String inFileSystem(Path folder) throws IOException {
        FileSystem files = folder.getFileSystem();
        FileStatus[] listed = files.listStatus(folder);
        if (listed == null || listed.length == 0) {
            throw new IllegalArgumentException("there are no files");
        }
        List<SourceFile> found = new ArrayList<>();
        for (FileStatus file : listed) {
            if (!file.isDir()) {
                String stamp = file.getLen() + "@" + file.getModificationTime();
                found.add(new SourceFile(file.getPath().getName(), stamp, () -> files.open(file.getPath())));
            }
        }
        found.sort(Comparator.comparing(SourceFile::name));
        return LocalCopy.of(folder.toString(), folder.getName(), found).toString();
    }

    private String inJar(String folder) throws IOException {
        String name = folder.replaceAll("^/|/$", "");
        URL config = classes.getResource(name + "/" + CONFIG);
        if (config == null) {
            throw new IllegalArgumentException("the job's jars have no " + name + "/" + CONFIG);
        }
        if (!(config.openConnection() instanceof JarURLConnection connection)) {
            throw new IllegalArgumentException(config + " is not in a jar");
        }
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            List<SourceFile> found = new ArrayList<>();
            for (JarEntry entry : jar.stream().toList()) {
                String below =
                        entry.getName().startsWith(name + "/") ? entry.getName().substring(name.length() + 1) : "";
                if (!below.isEmpty() && below.indexOf('/') < 0) {
                    String stamp = entry.getSize() + "@" + entry.getCrc();
                    found.add(new SourceFile(below, stamp, () -> jar.getInputStream(entry)));
                }
            }
            return LocalCopy.of(JAR + name, name.substring(name.lastIndexOf('/') + 1), found)
                    .toString();
        }
    }
}
