using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Options = Microsoft.ML.Cnn.ImageConvolvingEstimator.Options;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>Filters on columns of images: <c>Convolve</c>.</summary>
public sealed class ConvolutionTransformTests
{
    private const int Height = 9;
    private const int Width = 13;

    private static readonly MLContext Context = new(seed: 1);

    private static readonly ImageFilter Uneven = new(
        "Uneven",
        new float[,]
        {
            { 1, -2, 3, 0.5f, 7 },
            { 4, 5, -6, 1.5f, -1 },
            { -7, 8, 9, 2.5f, 2 },
        }
    );

    private static readonly ImageFilter Even = new(
        "Even",
        new float[,]
        {
            { 1, 2 },
            { -3, 5 },
            { 7, -1 },
            { 2, 4 },
        }
    );

    /// <summary>Options of all kinds, each against the definition.</summary>
    public static TheoryData<string> Cases => [.. Variants.Keys];

    private static readonly Dictionary<string, Options> Variants = new()
    {
        ["as it comes"] = new() { Filters = [ImageFilters.SobelHorizontal, ImageFilters.SobelVertical] },
        ["one filter"] = new() { Filters = [Uneven] },
        ["filters of several sizes"] = new()
        {
            Filters = [ImageFilters.Identity, Uneven, ImageFilters.Gaussian(7, 1.3f), ImageFilters.Box(5)],
        },
        ["an even size"] = new() { Filters = [Even] },
        ["magnitude"] = new() { Filters = [ImageFilters.ScharrHorizontal, Uneven, ImageFilters.ScharrVertical], Magnitude = true },
        ["sum"] = new() { Filters = [Uneven, ImageFilters.Laplacian], Channels = ChannelCombination.Sum },
        ["magnitude of sums"] = new()
        {
            Filters = [Uneven, ImageFilters.Sharpen],
            Channels = ChannelCombination.Sum,
            Magnitude = true,
        },
        ["stride"] = new() { Filters = [Uneven], Stride = 2 },
        ["stride without padding"] = new()
        {
            Filters = [Uneven],
            Stride = 3,
            Padding = Padding.Valid,
        },
        ["stride, magnitude"] = new()
        {
            Filters = [Uneven, ImageFilters.Laplacian],
            Stride = 2,
            Magnitude = true,
        },
        ["padding of four sides"] = new() { Filters = [Uneven], Padding = new Padding(3, 1, 0, 4) },
        ["zeros"] = new() { Filters = [Uneven], Border = Border.Zero },
        ["a constant"] = new()
        {
            Filters = [Uneven],
            Border = Border.Constant,
            BorderValue = 31,
        },
        ["mirrored"] = new() { Filters = [Uneven], Border = Border.Reflect },
        ["larger than the image"] = new() { Filters = [ImageFilters.Gaussian(27, 4)] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_are_those_of_the_definition_in_any_order_of_pixels(string name)
    {
        foreach (int channels in new[] { 1, 3 })
        {
            foreach (PixelOrder order in Enum.GetValues<PixelOrder>())
            {
                foreach (int rows in new[] { 1, 18 })
                {
                    AgreesWithDefinition(name, channels, order, rows);
                }
            }
        }
    }

    private static void AgreesWithDefinition(string name, int channels, PixelOrder order, int rows)
    {
        Options options = Named(name);
        options.PixelOrder = order;
        float[][] images = [.. Enumerable.Range(0, rows).Select(row => Pixels(row, channels * Height * Width))];
        int[] sides = order == PixelOrder.Planar ? [channels, Height, Width] : [Height, Width, channels];
        IDataView view = View(sides, images);
        IDataView convolved = Context.Transforms.Convolve(options).Fit(view).Transform(view);
        float[][] read = [.. convolved.GetColumn<float[]>("Edges")];
        VectorDataViewType type = (VectorDataViewType)convolved.Schema["Edges"].Type;
        for (int row = 0; row < rows; row++)
        {
            double[][,] expected = Expected(images[row], channels, order, options);
            (int height, int width) = (expected[0].GetLength(0), expected[0].GetLength(1));
            Assert.Equal(order == PixelOrder.Planar ? [expected.Length, height, width] : [height, width, expected.Length], type.Dimensions);
            for (int i = 0; i < read[row].Length; i++)
            {
                (int channel, int pixel) =
                    order == PixelOrder.Planar ? (i / (height * width), i % (height * width)) : (i % expected.Length, i / expected.Length);
                Assert.Equal(expected[channel][pixel / width, pixel % width], read[row][i], 1e-5 * 255 * 50);
            }
        }
    }

    [Fact]
    public void The_horizontal_filter_answers_to_a_vertical_edge_and_the_vertical_one_to_a_horizontal_edge()
    {
        // Dark on the left, bright from column 6 on.
        float[] edge = [.. Enumerable.Range(0, Height * Width).Select(pixel => pixel % Width >= 6 ? 100f : 0)];
        (ImageFilter Along, ImageFilter Across, int Step)[] pairs =
        [
            (ImageFilters.SobelHorizontal, ImageFilters.SobelVertical, 4),
            (ImageFilters.PrewittHorizontal, ImageFilters.PrewittVertical, 3),
            (ImageFilters.ScharrHorizontal, ImageFilters.ScharrVertical, 16),
        ];
        foreach ((ImageFilter along, ImageFilter across, int step) in pairs)
        {
            float[] horizontal = Apply(edge, along);
            Assert.All(horizontal.Index(), value => Assert.Equal(value.Index % Width is 5 or 6 ? step * 100 : 0, value.Item));
            Assert.All(Apply(edge, across), value => Assert.Equal(0, value));

            // Bright from row 4 on.
            float[] below = [.. Enumerable.Range(0, Height * Width).Select(pixel => pixel / Width >= 4 ? 100f : 0)];
            float[] vertical = Apply(below, across);
            Assert.All(vertical.Index(), value => Assert.Equal(value.Index / Width is 3 or 4 ? step * 100 : 0, value.Item));
            Assert.All(Apply(below, along), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void A_plain_image_has_no_edges_at_its_frame_and_blurring_leaves_it_as_it_is()
    {
        float[] plain = [.. Enumerable.Repeat(200f, Height * Width)];
        foreach (ImageFilter filter in new[] { ImageFilters.SobelHorizontal, ImageFilters.SobelVertical, ImageFilters.Laplacian })
        {
            Assert.All(Apply(plain, filter), value => Assert.Equal(0, value));
        }

        ImageFilter[] keeping =
        [
            ImageFilters.Gaussian(5, 1),
            ImageFilters.Gaussian(4, 0.01f),
            ImageFilters.Box(3),
            ImageFilters.Sharpen,
            ImageFilters.Identity,
        ];
        foreach (ImageFilter filter in keeping)
        {
            Assert.All(Apply(plain, filter), value => Assert.Equal(200, value, 1e-3f));
        }
    }

    [Fact]
    public void A_gaussian_is_a_bell_curve()
    {
        ImageFilter filter = ImageFilters.Gaussian(5, 1.5f);
        Assert.Equal(1, filter.Weights.Sum(), 1e-6f);
        Assert.Equal(Math.Exp(-(1 + 4) / (2 * 1.5 * 1.5)), filter.Weights[5 + 0] / filter.Weights[12], 1e-6);
    }

    [Fact]
    public void It_keeps_the_contract_of_estimators()
    {
        foreach (int channels in new[] { 1, 3 })
        {
            IDataView images = View(
                [channels, Height, Width],
                [.. Enumerable.Range(0, 20).Select(row => Pixels(row, channels * Height * Width))]
            );
            IDataView none = Context.Transforms.DropColumns("Pixels").Fit(images).Transform(images);
            EstimatorContract.Check(
                Context,
                Context.Transforms.Convolve("Edges", "Pixels", ImageFilters.SobelHorizontal, ImageFilters.SobelVertical),
                images,
                none
            );
            foreach (string name in new[] { "magnitude", "stride", "padding of four sides", "a constant" })
            {
                EstimatorContract.Check(Context, Context.Transforms.Convolve(Named(name)), images, none);
            }
        }
    }

    [Fact]
    public void Bytes_and_flat_vectors_of_a_given_shape_give_the_same()
    {
        byte[] bytes = [.. Pixels(1, Height * Width * 3).Select(pixel => (byte)pixel)];
        float[] floats = [.. bytes.Select(pixel => (float)pixel)];
        Options options = Named("as it comes");
        options.InputShape = new Shape(Height, Width, 3);
        float[] expected = Single(View([Height, Width, 3], [floats]), options);
        Assert.Equal(expected, Single(View([Height, Width, 3], [bytes]), options));
        IDataView flat = View([Height * Width * 3], [floats]);
        Assert.Equal(expected, Single(flat, options));
        Assert.Equal(
            [Height, Width, 6],
            ((VectorDataViewType)Context.Transforms.Convolve(options).Fit(flat).Transform(flat).Schema["Edges"].Type).Dimensions
        );
    }

    [Fact]
    public void A_sparse_vector_is_an_image_with_dark_pixels()
    {
        float[] dense = new float[Height * Width];
        dense[40] = 3;
        dense[77] = 5;
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Sparse));
        schema["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Height, Width);
        IDataView sparse = Context.Data.LoadFromEnumerable(
            [new Sparse { Pixels = new VBuffer<float>(dense.Length, 2, [3, 5], [40, 77]) }],
            schema
        );
        Assert.Equal(Single(View([Height, Width], [dense]), Named("magnitude")), Single(sparse, Named("magnitude")));
    }

    [Fact]
    public void An_image_of_two_dimensions_keeps_them_unless_it_gets_channels()
    {
        IDataView images = View([Height, Width], [Pixels(1, Height * Width)]);
        Assert.Equal([Height, Width], Dimensions("magnitude"));
        Assert.Equal([Height, Width, 2], Dimensions("as it comes"));

        int[] Dimensions(string name) =>
            [
                .. (
                    (VectorDataViewType)Context.Transforms.Convolve(Named(name)).Fit(images).Transform(images).Schema["Edges"].Type
                ).Dimensions,
            ];
    }

    [Fact]
    public void Slots_are_named_after_filter_row_column_and_channel()
    {
        Assert.Equal("SobelVertical_3_7_2", SlotNames("as it comes", [3, Height, Width])[((2 * 2 + 1) * Height + 3) * Width + 7]);
        Assert.Equal("SobelVertical_3_7_2", SlotNames("as it comes", [Height, Width, 3])[(3 * Width + 7) * 6 + 5]);
        Assert.Equal("SobelHorizontal_3_7", SlotNames("as it comes", [Height, Width])[(3 * Width + 7) * 2]);
        Assert.Equal("Laplacian_3_7", SlotNames("sum", [3, Height, Width])[(Height + 3) * Width + 7]);
        Assert.Equal("Magnitude_3_7_1", SlotNames("magnitude", [3, Height, Width])[(Height + 3) * Width + 7]);
    }

    [Fact]
    public void A_prediction_engine_gives_what_a_cursor_gives()
    {
        float[][] images = [.. Enumerable.Range(0, 40).Select(row => Pixels(row, 36))];
        foreach (string name in new[] { "as it comes", "magnitude" })
        {
            IDataView view = View([6, 6], images);
            ImageConvolvingTransformer transformer = Context.Transforms.Convolve(Named(name)).Fit(view);
            PredictionEngine<Image, Filtered> engine = Context.Model.CreatePredictionEngine<Image, Filtered>(transformer);
            float[][] read = [.. transformer.Transform(view).GetColumn<float[]>("Edges")];
            for (int row = 0; row < images.Length; row++)
            {
                float[] one = engine.Predict(new Image { Pixels = images[row] }).Edges;
                Assert.All(read[row].Zip(one), pair => Assert.Equal(pair.First, pair.Second, 0.01f));
            }
        }
    }

    [Fact]
    public void Filters_follow_each_other_and_a_network_learns_from_them()
    {
        IDataView images = TinyImages.View(Context);
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.FeatureColumnName = "Edges";
        options.PixelOrder = PixelOrder.Interleaved;
        ITransformer model = Context
            .Transforms.Convolve("Features", null, ImageFilters.Gaussian(3, 0.5f))
            .Append(Context.Transforms.Convolve("Edges", "Features", ImageFilters.SobelHorizontal, ImageFilters.SobelVertical))
            .Append(Context.MulticlassClassification.Trainers.Cnn(options))
            .Fit(images);
        ITransformer loaded = EstimatorContract.SaveAndLoad(Context, model, images.Schema, out _);
        Assert.InRange(Context.MulticlassClassification.Evaluate(loaded.Transform(images)).MicroAccuracy, 0.9, 1);
        Assert.Equal(ViewValues.Read(model.Transform(images), "Score"), ViewValues.Read(loaded.Transform(images), "Score"));
    }

    [Fact]
    public void What_cannot_be_filtered_is_refused_in_one_clear_error()
    {
        IDataView images = View([Height, Width], [Pixels(1, Height * Width)]);
        Refuses("at least one filter", new Options { Filters = [] });
        Refuses("filter 2 of 2 is null", new Options { Filters = [Uneven, null!] });
        Refuses("Uneven (3 x 5) and Even (4 x 2)", new Options { Filters = [Uneven, Even] });
        Refuses("Stride", new Options { Filters = [Uneven], Stride = 0 });
        Refuses("BorderValue", new Options { Filters = [Uneven], BorderValue = float.NaN });
        Refuses("Channels", new Options { Filters = [Uneven], Channels = (ChannelCombination)7 });
        Refuses("0 x 3 x 1", new Options { Filters = [Uneven], InputShape = new Shape(0, 3, 1) });
        Refuses("12 x 3 x 1 is 36 values, but the column has 117", new Options { Filters = [Uneven], InputShape = new Shape(12, 3, 1) });
        Refuses("does not fit its input of 9 x 13 x 1", new Options { Filters = [ImageFilters.Box(15)], Padding = Padding.Valid });
        Refuses("narrower than the image", new Options { Filters = [ImageFilters.Box(19)], Border = Border.Reflect });
        string flat = Assert
            .Throws<ArgumentOutOfRangeException>(() =>
                Context.Transforms.Convolve("Edges", "Pixels", Uneven).Fit(View([Height * Width], [Pixels(1, Height * Width)]))
            )
            .Message;
        Assert.Contains("setting InputShape", flat, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ImageFilter("", new float[1, 1]));
        Assert.Throws<ArgumentException>(() => new ImageFilter("Empty", new float[0, 3]));
        Assert.Throws<ArgumentException>(() =>
            new ImageFilter(
                "Nan",
                new[,]
                {
                    { float.NaN },
                }
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFilters.Gaussian(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFilters.Gaussian(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFilters.Box(0));

        void Refuses(string why, Options options)
        {
            (options.OutputColumnName, options.InputColumnName) = ("Edges", "Pixels");
            string message = Assert.ThrowsAny<ArgumentException>(() => Context.Transforms.Convolve(options).Fit(images)).Message;
            Assert.Contains(why, message, StringComparison.Ordinal);
        }
    }

    private static Options Named(string name)
    {
        Options variant = Variants[name];
        return new Options
        {
            OutputColumnName = "Edges",
            InputColumnName = "Pixels",
            Filters = variant.Filters,
            Channels = variant.Channels,
            Magnitude = variant.Magnitude,
            Stride = variant.Stride,
            Padding = variant.Padding,
            Border = variant.Border,
            BorderValue = variant.BorderValue,
        };
    }

    /// <summary>Planes of results: of the first channel one for each filter, then those of the next.</summary>
    private static double[][,] Expected(float[] image, int channels, PixelOrder order, Options options)
    {
        // All filters are as large as the largest, for which the padding is.
        int height = options.Filters.Max(filter => filter.Size.Height);
        int width = options.Filters.Max(filter => filter.Size.Width);
        double[][][,] results =
        [
            .. Enumerable
                .Range(0, channels)
                .Select(channel =>
                {
                    double[,] plane = Plane(image, channels, order, channel);
                    return options
                        .Filters.Select(filter =>
                            ConvolutionDefinition.Convolve(
                                plane,
                                Enlarged(filter, height, width),
                                options.Stride.Height,
                                options.Padding,
                                options.Border,
                                options.BorderValue
                            )
                        )
                        .ToArray();
                }),
        ];
        if (options.Channels == ChannelCombination.Sum)
        {
            results =
            [
                [.. options.Filters.Index().Select(filter => Merged([.. results.Select(of => of[filter.Index])], values => values.Sum()))],
            ];
        }

        return options.Magnitude
            ? [.. results.Select(of => Merged(of, values => Math.Sqrt(values.Sum(value => value * value))))]
            : [.. results.SelectMany(of => of)];
    }

    private static double[,] Merged(double[][,] planes, Func<IEnumerable<double>, double> merge)
    {
        double[,] merged = new double[planes[0].GetLength(0), planes[0].GetLength(1)];
        for (int i = 0; i < merged.Length; i++)
        {
            (int y, int x) = (i / merged.GetLength(1), i % merged.GetLength(1));
            merged[y, x] = merge(planes.Select(plane => plane[y, x]));
        }

        return merged;
    }

    private static double[,] Plane(float[] image, int channels, PixelOrder order, int channel)
    {
        double[,] plane = new double[Height, Width];
        for (int pixel = 0; pixel < plane.Length; pixel++)
        {
            plane[pixel / Width, pixel % Width] = image[
                order == PixelOrder.Planar ? channel * plane.Length + pixel : pixel * channels + channel
            ];
        }

        return plane;
    }

    private static ImageFilter Enlarged(ImageFilter filter, int height, int width)
    {
        float[,] weights = new float[height, width];
        for (int tap = 0; tap < filter.Weights.Length; tap++)
        {
            int row = (height - filter.Size.Height) / 2 + tap / filter.Size.Width;
            int column = (width - filter.Size.Width) / 2 + tap % filter.Size.Width;
            weights[row, column] = filter.Weights[tap];
        }

        return new ImageFilter(filter.Name, weights);
    }

    private static float[] Apply(float[] pixels, ImageFilter filter)
    {
        IDataView view = View([Height, Width], [pixels]);
        return Context.Transforms.Convolve("Edges", "Pixels", filter).Fit(view).Transform(view).GetColumn<float[]>("Edges").Single();
    }

    private static float[] Single(IDataView images, Options options) =>
        Context.Transforms.Convolve(options).Fit(images).Transform(images).GetColumn<float[]>("Edges").Single();

    private static string[] SlotNames(string name, int[] sides)
    {
        IDataView images = View(sides, [new float[sides.Aggregate(1, (product, side) => product * side)]]);
        VBuffer<ReadOnlyMemory<char>> names = default;
        Context.Transforms.Convolve(Named(name)).Fit(images).Transform(images).Schema["Edges"].Annotations.GetValue("SlotNames", ref names);
        return [.. names.DenseValues().Select(slot => slot.ToString())];
    }

    private static float[] Pixels(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 255 * random.NextSingle())];
    }

    private static IDataView View<T>(int[] sides, T[][] images)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Image<T>));
        schema["Pixels"].ColumnType = new VectorDataViewType(
            typeof(T) == typeof(byte) ? NumberDataViewType.Byte : NumberDataViewType.Single,
            sides
        );
        return Context.Data.LoadFromEnumerable(images.Select(pixels => new Image<T> { Pixels = pixels }), schema);
    }

    private sealed class Image<T>
    {
        public T[] Pixels { get; set; } = [];
    }

    private sealed class Image
    {
        [VectorType(6, 6)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Sparse
    {
        public VBuffer<float> Pixels { get; set; }
    }

    private sealed class Filtered
    {
        public float[] Edges { get; set; } = [];
    }
}
