package io.github.debertastreams.model.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * A file of a repository.
 *
 * @param size in bytes
 * @param checksum SHA-256 of the content where git LFS keeps it, otherwise git's blob id; also the blob's name in the cache
 * @param large whether git LFS keeps it
 */
record HubFile(String name, long size, String checksum, boolean large) {

    private static final Pattern SHA_1 = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    HubFile {
        if (size < 0 || !(large ? SHA_256 : SHA_1).matcher(checksum).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' has " + size + " bytes and the checksum '" + checksum + "'");
        }
    }

    static boolean isCommit(String text) {
        return SHA_1.matcher(text).matches();
    }

    /** A digest that the file's bytes, all of them and nothing else, turn into its checksum. */
    MessageDigest digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance(large ? "SHA-256" : "SHA-1");
            if (!large) {
                digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1 and SHA-256", e);
        }
    }
}
