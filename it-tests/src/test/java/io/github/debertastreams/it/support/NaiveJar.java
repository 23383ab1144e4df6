package io.github.debertastreams.it.support;

import io.github.debertastreams.flink.job.NaiveJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The negative control of Flink as a jar, as one would submit it. */
public final class NaiveJar {

    private NaiveJar() {}

    /** Writes {@code folder/naive.jar}; what the job uses of ours it finds in the job's jar. */
    public static Path write(Path folder) throws IOException {
        Path jar = Files.createDirectories(folder).resolve("naive.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String name : List.of("NaiveJob", "NaiveJob$NaiveBatch")) {
                String entry = NaiveJob.class.getPackageName().replace('.', '/') + "/" + name + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream in = NaiveJob.class.getResourceAsStream("/" + entry)) {
                    Objects.requireNonNull(in, entry).transferTo(out);
                }
            }
        }
        return jar;
    }
}
