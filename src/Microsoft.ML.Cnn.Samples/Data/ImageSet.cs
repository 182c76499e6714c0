using Microsoft.ML.Cnn.Samples.Commands;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>What can be told of a view of images before it is used.</summary>
internal static class ImageSet
{
    /// <summary>How many there are.</summary>
    public static long CountOf(IDataView images) =>
        images.GetRowCount() ?? throw new InvalidOperationException("IDX files know their rows.");

    /// <summary>The size of the images, if LeNet-5 takes it.</summary>
    /// <exception cref="UserErrorException">They are of another size.</exception>
    public static int SizeForLeNet5(IDataView images)
    {
        int[] dimensions = [.. ((VectorDataViewType)images.Schema["Features"].Type).Dimensions];
        return dimensions is [28, 28] or [28, 28, 1] or [32, 32] or [32, 32, 1]
            ? dimensions[0]
            : throw new UserErrorException(
                $"LeNet-5 takes gray images of 28 x 28 or 32 x 32 pixels; those of the data folder are {string.Join(" x ", dimensions)}."
            );
    }

    /// <summary>How many different labels there are, each of which becomes a class.</summary>
    public static int CountClasses(IDataView images) => images.GetColumn<int>("Label").Distinct().Count();
}
