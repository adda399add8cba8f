/**
 * Data sets of labelled examples, from files and embedded.
 *
 * <p>Start with {@link dev.flops.models.data.FashionMnist}: {@code FashionMnist.embeddedTrain()} needs no file.
 * {@link dev.flops.models.data.IdxDataset} and {@link dev.flops.models.data.NpyDataset} join two files,
 * {@link dev.flops.models.data.Cifar} reads CIFAR's. {@link dev.flops.models.data.ClassSplit} chooses among the examples of any
 * set, {@link dev.flops.models.data.BatchLoader} loads batches in the background. Pictures and transforms are in
 * {@link dev.flops.models.data.image}.
 *
 * <h2>Notes for developers</h2>
 *
 * <ul>
 *   <li>Files are untrusted. A reader checks every size against a limit stated as a constant before it allocates, lets
 *       memory grow with the bytes that arrive and not with those that a header claims, and reports invalid content as
 *       {@link dev.flops.models.data.InvalidDataException} only. {@link java.io.IOException} means that reading itself
 *       failed.
 *   <li>{@code InputBytes} is what all readers of this package read from: it undoes gzip, bounds memory and knows the place.
 *   <li>A data set keeps the bytes of its files and converts on reading, through a table of 256 floats, so that
 *       features are the same on every machine and the whole Fashion-MNIST takes 55 MB.
 *   <li>Images are (height, width, channels), as everywhere in the framework.
 * </ul>
 */
package dev.flops.models.data;
