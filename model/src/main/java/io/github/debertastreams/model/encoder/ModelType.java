package io.github.debertastreams.model.encoder;

/** The two families of DeBERTa configurations, under the names of config.json's {@code model_type}. */
public enum ModelType {
    /** v1: {@code DebertaConfig}. */
    DEBERTA("deberta"),
    /** v2 and v3: {@code DebertaV2Config}. */
    DEBERTA_V2("deberta-v2");

    private final String key;

    ModelType(String key) {
        this.key = key;
    }

    /** The name in config.json. */
    public String key() {
        return key;
    }
}
