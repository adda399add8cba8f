/**
 * Weights in the safetensors format: reading, writing, names of other libraries' vision transformers, and loading into a
 * network with a report of what did not fit.
 *
 * <p>Files are untrusted. Whatever is wrong with their content is an
 * {@link dev.flops.models.data.InvalidDataException}; sizes and offsets are checked against the length of the file before
 * memory is taken for them.
 *
 * <p>For developers: {@code JsonText} is a parser for headers alone, with limits on depth; {@code Header} holds all rules of
 * the format; the public types never see a header that broke one.
 */
package dev.flops.models.weights;
