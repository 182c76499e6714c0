using System.Reflection;
using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML.Cnn.Tests.Interop;

/// <summary>The canary for a new version of ML.NET: what the library binds to is there, and is what it says it binds to.</summary>
public class InternalsAllowListTests
{
    private static readonly Assembly Library = typeof(MlNetReferences).Assembly;

    [Fact]
    public void Every_reference_to_ml_net_resolves()
    {
        Assert.NotEmpty(MlNetReferences.Of(Library));
        Assert.Empty(MlNetReferences.Of(Library).Select(reference => reference.Fault).OfType<string>());
    }

    [Fact]
    public void Every_internal_referred_to_is_on_the_list()
    {
        Assert.Empty(InternalsReferredTo().Except(AllowList()));
    }

    [Fact]
    public void Every_internal_on_the_list_is_referred_to()
    {
        Assert.Empty(AllowList().Except(InternalsReferredTo()));
    }

    private static List<string> AllowList()
    {
        using Stream list = typeof(InternalsAllowListTests).Assembly.GetManifestResourceStream("internals.allow.txt")!;
        using var reader = new StreamReader(list);
        return reader.ReadToEnd().Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).ToList();
    }

    private static IEnumerable<string> InternalsReferredTo() =>
        MlNetReferences.Of(Library).Select(reference => reference.Member).OfType<MemberInfo>().SelectMany(Internals).Distinct();

    private static IEnumerable<string> Internals(MemberInfo member)
    {
        switch (member)
        {
            case Type { IsVisible: false } type:
                yield return type.FullName!;
                break;
            case MethodBase { IsPublic: false, IsFamily: false, IsFamilyOrAssembly: false }:
            case FieldInfo { IsPublic: false, IsFamily: false, IsFamilyOrAssembly: false }:
                yield return $"{member.DeclaringType!.FullName}::{member.Name}";
                break;
        }
    }
}
