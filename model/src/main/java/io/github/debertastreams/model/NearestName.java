package io.github.debertastreams.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** Finds what a mistyped name was meant to be, for messages. */
public final class NearestName {

    private NearestName() {}

    /** The known name with the smallest edit distance (Levenshtein) to the one given; the first in order among equals. */
    public static String of(String name, Collection<String> known) {
        return new TreeSet<>(known)
                .stream()
                        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                        .orElseThrow(() -> new IllegalArgumentException("no known names"));
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
