package io.github.debertastreams.model.hub;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** A model's name on a hub: {@code ORG/NAME}. */
public record Repository(String organization, String name) {

    static final String FOLDER_SEPARATOR = "--";
    static final String FOLDER_PREFIX = "models" + FOLDER_SEPARATOR;

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");

    public Repository {
        requirePart(organization);
        requirePart(name);
    }

    /**
     * Reads {@code ORG/NAME}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Repository parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is no name on a hub, expected ORG/NAME");
        }
        return new Repository(parts[0], parts[1]);
    }

    /** The name that a path could also be: a relative one of two parts. */
    static Optional<Repository> of(Path path) {
        if (path.isAbsolute() || path.getNameCount() != 2) {
            return Optional.empty();
        }
        String organization = path.getName(0).toString();
        String name = path.getName(1).toString();
        return isPart(organization) && isPart(name)
                ? Optional.of(new Repository(organization, name))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return organization + "/" + name;
    }

    /** The repository's folder in the cache. */
    String folder() {
        return FOLDER_PREFIX + organization + FOLDER_SEPARATOR + name;
    }

    private static void requirePart(String part) {
        if (!isPart(part)) {
            throw new IllegalArgumentException("'" + part
                    + "' is no name on a hub, expected letters, digits, '_', and inside it single '-' and '.'");
        }
    }

    /** Two hyphens separate the parts in the cache, so that hubs allow them in no name; two dots lead upwards. */
    private static boolean isPart(String part) {
        return PART.matcher(part).matches() && !part.contains("--") && !part.contains("..");
    }
}
