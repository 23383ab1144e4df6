package io.github.debertastreams.model.cli;

/** What offsets into a text count. */
enum OffsetUnit {
    /** UTF-16 units, as Java, JavaScript and the rest of this program do. */
    UTF16 {
        @Override
        int of(String text, int index) {
            return index;
        }
    },
    /** Unicode code points, as Python and Hugging Face's pipelines do. */
    CODEPOINTS {
        @Override
        int of(String text, int index) {
            return text.codePointCount(0, index);
        }
    };

    /** The offset for a UTF-16 index into a text. */
    abstract int of(String text, int index);
}
