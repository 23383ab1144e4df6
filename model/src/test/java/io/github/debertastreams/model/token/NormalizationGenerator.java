package io.github.debertastreams.model.token;

import java.lang.reflect.Method;
import java.util.StringJoiner;

/**
 * Prints the table {@code normalization.tsv} from ICU4J (any version from 76 on), which the project does not depend on otherwise:
 *
 * <pre>
 * java -cp icu4j-76.1.jar model/src/test/java/io/github/debertastreams/model/token/NormalizationGenerator.java \
 *     &gt; model/src/main/resources/io/github/debertastreams/model/token/normalization.tsv
 * </pre>
 *
 * <p>Of Unicode 9, unlike our other tables: HF's tokenizers normalizes by tables of that version, and characters that came later stay
 * as they are. ICU knows in which version each came; what a character decomposes to never changes.
 */
final class NormalizationGenerator {

    private static final int UNICODE_VERSION = 9;

    private final Object canonical;
    private final Object compatible;
    private final Class<?> characters = Class.forName("com.ibm.icu.lang.UCharacter");
    private final Class<?> normalizer = Class.forName("com.ibm.icu.text.Normalizer2");
    private final Method age = characters.getMethod("getAge", int.class);
    private final Method property = characters.getMethod("hasBinaryProperty", int.class, int.class);
    private final int exclusion = Class.forName("com.ibm.icu.lang.UProperty")
            .getField("FULL_COMPOSITION_EXCLUSION")
            .getInt(null);
    private final Method decomposition = normalizer.getMethod("getDecomposition", int.class);
    private final Method rawDecomposition = normalizer.getMethod("getRawDecomposition", int.class);
    private final Method combiningClass = normalizer.getMethod("getCombiningClass", int.class);

    private NormalizationGenerator() throws ReflectiveOperationException {
        this.canonical = normalizer.getMethod("getNFCInstance").invoke(null);
        this.compatible = normalizer.getMethod("getNFKCInstance").invoke(null);
    }

    public static void main(String[] arguments) throws ReflectiveOperationException {
        System.out.println(
                "# Unicode 9: code point (hex), canonical combining class, full canonical decomposition, full compatibility"
                        + " decomposition, and the pair that composes to it. Made by NormalizationGenerator; without Hangul syllables, which follow a rule.");
        NormalizationGenerator generator = new NormalizationGenerator();
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            generator.print(codePoint);
        }
    }

    private void print(int codePoint) throws ReflectiveOperationException {
        boolean hangul = codePoint >= 0xAC00 && codePoint <= 0xD7A3;
        Object since = age.invoke(null, codePoint);
        int major = (int) since.getClass().getMethod("getMajor").invoke(since);
        if (hangul || major > UNICODE_VERSION || major == 0) {
            return;
        }
        int order = (int) combiningClass.invoke(canonical, codePoint);
        String full = hex((String) decomposition.invoke(canonical, codePoint));
        String compatibility = hex((String) decomposition.invoke(compatible, codePoint));
        if (order == 0 && compatibility.isEmpty()) {
            return;
        }
        String raw = (String) rawDecomposition.invoke(canonical, codePoint);
        boolean pair = raw != null && raw.codePointCount(0, raw.length()) == 2;
        boolean composes = pair && !(boolean) property.invoke(null, codePoint, exclusion);
        // The pair that composes is the code point's own decomposition, one level deep.
        System.out.printf(
                "%X\t%d\t%s\t%s\t%s%n",
                codePoint, order, full, compatibility.equals(full) ? "" : compatibility, composes ? hex(raw) : "");
    }

    private static String hex(String text) {
        StringJoiner codePoints = new StringJoiner(" ");
        if (text != null) {
            text.codePoints()
                    .forEach(codePoint ->
                            codePoints.add(Integer.toHexString(codePoint).toUpperCase()));
        }
        return codePoints.toString();
    }
}
