package io.github.debertastreams.model.weights;

/** Text of an untrusted file, fit for a message. */
final class Printable {

    private static final int MAX_LENGTH = 120;

    private Printable() {}

    /** The text without control characters, cut when long. */
    static String of(String text) {
        String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
