using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Tests.Architecture;

public class PublicSurfaceTests
{
    [Fact]
    public void Users_see_no_pointers_and_nothing_of_the_engine() =>
        Assert.Empty(PublicSurface.Unfit(typeof(Shape).Assembly.GetExportedTypes()));

    [Fact]
    public void Users_see_three_namespaces() =>
        Assert.Empty(
            typeof(Shape)
                .Assembly.GetExportedTypes()
                .Select(type => type.Namespace!)
                .Distinct()
                .Except(["Microsoft.ML", "Microsoft.ML.Cnn", "Microsoft.ML.Cnn.Layers"])
        );

    [Fact]
    public void A_pointer_in_a_signature_is_found() => Assert.NotEmpty(PublicSurface.Unfit([typeof(ShowsAPointer)]));

    [Fact]
    public void A_type_of_the_engine_in_a_signature_is_found() =>
        Assert.Contains(PublicSurface.Unfit([typeof(F32x1)]), line => line.Contains("inner namespace", StringComparison.Ordinal));

    internal sealed class ShowsAPointer
    {
        public static unsafe int Read(int*[] values) => *values[0];
    }
}
