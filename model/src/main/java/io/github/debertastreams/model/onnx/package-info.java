/** DeBERTa as an ONNX graph of our own, and ONNX Runtime to run it. */
@NullMarked
package io.github.debertastreams.model.onnx;

import org.jspecify.annotations.NullMarked;
