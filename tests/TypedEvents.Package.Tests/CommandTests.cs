using TypedEvents.Eng;
using TypedEvents.Eng.Commands;
using TypedEvents.Eng.Support;
using Repository = TypedEvents.Package.Tests.Support.Repository;

namespace TypedEvents.Package.Tests;

/// <summary>The commands of <c>eng</c>: one program for all systems, and what a release changes in the repository.</summary>
public sealed class CommandTests
{
    private static readonly DateOnly Day = new(2027, 3, 4);

    [Fact]
    public void Each_command_can_be_started_by_a_file_of_its_name()
    {
        string[] names = [.. EngCommands.All.Select(command => command.Name).Order(StringComparer.Ordinal)];
        string[] files = [.. Directory.EnumerateFiles(Repository.PathOf("eng")).Where(file => Path.GetExtension(file).Length == 0).Select(file => Path.GetFileName(file)!)];
        Assert.Equal(names, files.Append("ci").Order(StringComparer.Ordinal));

        // The files are the same, so that nothing but the program knows what a command does.
        Assert.Single(files.Select(file => Repository.Read("eng", file)).Distinct());
        Assert.EndsWith("-- ci\n", Repository.Read(".ci", "run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_command_stands_in_the_contributing_guide()
    {
        string guide = Repository.Read("CONTRIBUTING.md");
        Assert.All(EngCommands.All.Where(command => command.Name != "ci"), command => Assert.Contains($"`eng/{command.Name}", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void Packing_deletes_earlier_packages_and_nothing_else()
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        try
        {
            string notes = Path.Combine(folder, "notes.md");
            string other = Path.Combine(folder, "Shop.Events.1.0.0.nupkg");
            string below = Directory.CreateDirectory(Path.Combine(folder, "src")).FullName;
            string earlier = Path.Combine(below, "Earlier.1.0.0.nupkg");
            string[] packages = [Path.Combine(folder, "TypedEvents.0.1.0.nupkg"), Path.Combine(folder, "TypedEvents.0.1.0.snupkg")];
            Assert.All([notes, other, earlier, .. packages], file => File.WriteAllText(file, ""));

            PackCommand.DeletePackages(folder);

            Assert.All([notes, other, earlier], file => Assert.True(File.Exists(file), file));
            Assert.All(packages, file => Assert.False(File.Exists(file), file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("debian", true)]
    [InlineData("\"debian\"", true)]
    [InlineData("ubuntu", false)]
    public void Programs_for_arm64_are_emulated_on_Debian(string id, bool isPossible) =>
        Assert.Equal(isPossible, Arm64Emulation.IsDebian(["PRETTY_NAME=\"A system\"", $"ID={id}", "ID_LIKE=debian"]));

    [Theory]
    [InlineData("git", false, "git")]
    [InlineData("git", true, "git.exe")]
    [InlineData("npm.cmd", true, "npm.cmd")]
    [InlineData("TypedEvents.Stress", false, "TypedEvents.Stress")]
    [InlineData("TypedEvents.Stress", true, "TypedEvents.Stress.exe")]
    public void A_program_has_the_name_of_a_file_that_the_system_starts(string program, bool isWindows, string expected) =>
        Assert.Equal(expected, Shell.FileOf(program, isWindows));

    [Fact]
    public void A_release_dates_what_is_unreleased_and_leaves_an_empty_section()
    {
        const string Before = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [1.0.0] - 2026-01-02\n\n- B.\n";
        const string After = "# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2027-03-04\n\n### Added\n\n- A.\n\n## [1.0.0] - 2026-01-02\n\n- B.\n";
        Assert.Equal(After, ReleaseCommand.InChangelog(Before, "1.1.0", Day));
    }

    [Theory]
    [InlineData("# Changelog\n\n## [1.0.0] - 2026-01-02\n", "has no section")]
    [InlineData("# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n- B.\n", "nothing to release")]
    [InlineData("# Changelog\n\n## [Unreleased]\n", "nothing to release")]
    public void A_release_without_an_entry_in_the_changelog_is_rejected(string changelog, string expected)
    {
        EngException exception = Assert.Throws<EngException>(() => ReleaseCommand.InChangelog(changelog, "1.1.0", Day));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_ships_the_public_members_in_order_and_forgets_those_that_were_removed()
    {
        Assert.Equal(
            "#nullable enable\nA\nB\nD\n",
            ReleaseCommand.InPublicApi("#nullable enable\nA\nC\nD\n", "#nullable enable\n*REMOVED*C\nB\n"));
        Assert.Equal("#nullable enable\n", ReleaseCommand.InPublicApi("#nullable enable\n", "#nullable enable\n"));
    }

    [Fact]
    public void A_release_ships_the_rules_under_its_version()
    {
        const string Comment = "; The rules of the next release.\n\n";
        const string Table = "### New Rules\n\nRule ID | Category\n--------|----------\nTE0001 | TypedEvents\n";
        (string shipped, string unshipped) = ReleaseCommand.InRules("", Comment + Table, "1.0.0");
        Assert.Equal("## Release 1.0.0\n\n" + Table, shipped);
        Assert.Equal(Comment, unshipped);

        (string later, _) = ReleaseCommand.InRules(shipped, Comment + Table, "1.1.0");
        Assert.Equal(shipped + "\n## Release 1.1.0\n\n" + Table, later);
        Assert.Equal((shipped, Comment), ReleaseCommand.InRules(shipped, Comment, "1.2.0"));
    }

    [Fact]
    public void The_site_links_to_the_repository_for_files_that_are_not_in_it()
    {
        const string Page = """
            [a page](../how-to/hosting.md#health), [the index](../README.md), [a file](../../SECURITY.md#what-counts), [a folder](../../samples/Quickstart),
            [elsewhere](https://example.com/../x), [here](#there)

            ```md
            [code](../../nowhere)
            ```

            | table |
            | --- |
            | [a test](../../eng/Program.cs) |
            """;
        const string Expected = """
            [a page](../how-to/hosting.md#health), [the index](../index.md), [a file](https://repository/blob/main/SECURITY.md#what-counts), [a folder](https://repository/tree/main/samples/Quickstart),
            [elsewhere](https://example.com/../x), [here](#there)

            ```md
            [code](../../nowhere)
            ```

            | table |
            | --- |
            | [a test](https://repository/blob/main/eng/Program.cs) |
            """;
        Assert.Equal(Expected, DocsCommand.WithLinksToRepository(Page, Repository.PathOf("docs", "reference", "page.md"), "https://repository"));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_named_with_its_place()
    {
        EngException exception = Assert.Throws<EngException>(
            () => DocsCommand.WithLinksToRepository("Text.\n\n[gone](../src/Gone.cs)\n", Repository.PathOf("docs", "page.md"), "https://repository"));
        Assert.Equal($"{Path.Combine("docs", "page.md")}(3): the link ../src/Gone.cs leads nowhere.", exception.Message);
    }

    [Fact]
    public void The_contents_of_the_site_are_those_of_the_index()
    {
        const string Index = "# Documentation\n\n## Reference\n\n- [Events](reference/events.md): all\n- [Security](a.md), [the model](b.md)\n\n## Contributors\n\n- [Guide](../CONTRIBUTING.md)\n";
        const string Expected = """
            - name: "Getting started"
              href: getting-started.md
            - name: "Reference"
              items:
              - name: "Events"
                href: reference/events.md
              - name: "Security"
                href: a.md
              - name: "The model"
                href: b.md
            - name: "API"
              href: api/

            """;
        Assert.Equal(Expected, DocsCommand.TableOfContents(Index));
    }

    /// <summary>A page that the index doesn't name is in no menu.</summary>
    [Fact]
    public void Each_page_is_in_the_contents_of_the_site()
    {
        string contents = DocsCommand.TableOfContents(Repository.Read("docs", "README.md"));
        string docs = Repository.PathOf("docs");
        string[] pages = [.. Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(docs, file).Replace('\\', '/'))
            .Where(page => page != "README.md" && (!page.StartsWith("rules/", StringComparison.Ordinal) || page == "rules/README.md"))];
        Assert.All(pages, page => Assert.Contains($"href: {page}\n", contents, StringComparison.Ordinal));
    }
}
