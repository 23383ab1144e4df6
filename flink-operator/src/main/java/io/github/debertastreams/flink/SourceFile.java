package io.github.debertastreams.flink;

import java.io.IOException;
import java.io.InputStream;

/**
 * One file of a model that is not on this machine.
 *
 * @param name without folders
 * @param stamp what is another where the file is another, such as its length and time
 */
record SourceFile(String name, String stamp, Opener opener) {

    SourceFile {
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
            throw new IllegalArgumentException("'" + name + "' is no file name");
        }
    }

    /** Begins to read the file. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }
}
