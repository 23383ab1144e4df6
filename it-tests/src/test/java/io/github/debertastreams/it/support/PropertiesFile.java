package io.github.debertastreams.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Settings in a file that {@link java.util.Properties} reads. */
final class PropertiesFile {

    private PropertiesFile() {}

    static Path write(Path folder, String name, Map<String, String> settings) throws IOException {
        Path file = folder.resolve(name + ".properties");
        Files.createDirectories(folder);
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting ->
                                setting.getKey() + "=" + setting.getValue().replace('\\', '/'))
                        .toList());
        return file;
    }
}
