namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Images in double precision, <c>[image, row, column, channel]</c>: what references compute with.</summary>
internal sealed class Batch(int images, Shape shape, double[] values)
{
    public Batch(int images, Shape shape)
        : this(images, shape, new double[images * shape.Length]) { }

    public int Images { get; } = images;

    public Shape Shape { get; } = shape;

    public double[] Values { get; } = values;

    public ref double this[int image, int row, int column, int channel] =>
        ref Values[((image * Shape.Height + row) * Shape.Width + column) * Shape.Channels + channel];

    /// <summary>Values in (-1, 1), no two alike, each exact in single precision.</summary>
    public static Batch WithoutTies(int images, Shape shape, int seed)
    {
        Batch batch = new(images, shape);
        double[] values = batch.Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(2.0 * (i + 0.5) / values.Length - 1);
        }

        new Random(seed).Shuffle(values);
        return batch;
    }

    public Batch Select(Func<double, double> map) => new(Images, Shape, Array.ConvertAll(Values, value => map(value)));
}
